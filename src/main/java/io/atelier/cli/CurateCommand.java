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
      "Decodes each registered file once, upright, and measures size, sharpness, light, entropy,"
          + " perceptual hashes, faces and colours. A verdict is ACCEPT or REFUSE with every reason,"
          + " its measured value and its limit; broken files get a verdict like all others.",
      "",
      "The limits are the settings curate.*. Other limits are other rules: then every photo is"
          + " judged again, and the earlier verdicts stay."
    },
    footer = "  ./atelier curate --lake lake --set curate.min_side=768")
final class CurateCommand implements Callable<Integer> {
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  @Override
  public Integer call() {
    return lake.run(settings.load().settings(), context -> List.of(CurateJob.run(context)));
  }
}
