package io.atelier.cli;

import io.atelier.job.CurateJob;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atelier curate}. */
@Command(
    name = "curate",
    header = "Measures every photo and gives one verdict for every input.",
    description = {
      "Decodes each registered file once, upright and in sRGB, and measures size, sharpness, light,"
          + " entropy, colours, perceptual hashes and faces. A verdict is ACCEPT or REFUSE with every"
          + " reason, its measured value and its limit; broken files get a verdict like all others."
          + " A subject is READY, DEGRADED or BLOCKED by its accepted photos.",
      "",
      "The limits are in a rules file: curate.rules names portrait, style, dataset or one of your"
          + " own (conf/rules has them to copy). Under other rules every photo is judged again from"
          + " its measurements, without being read; the earlier verdicts stay."
    },
    footer = "  ./atelier curate --lake lake --set curate.rules=./strict.yaml")
final class CurateCommand implements Callable<Integer> {
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  @Override
  public Integer call() {
    return lake.run(settings.loadForLake().settings(), context -> List.of(CurateJob.run(context)));
  }
}
