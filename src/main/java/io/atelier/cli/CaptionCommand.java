package io.atelier.cli;

import io.atelier.job.CaptionJob;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atelier caption}. */
@Command(
    name = "caption",
    header = "Describes every accepted photo; the trigger token is put in by code.",
    description =
        "Photos that have a caption of the same captioner, trigger token and class noun keep it.",
    footer = "  ./atelier caption --lake lake")
final class CaptionCommand implements Callable<Integer> {
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  @Override
  public Integer call() {
    return lake.run(settings.load().settings(), context -> List.of(CaptionJob.run(context)));
  }
}
