package io.atelier.cli;

import io.atelier.job.RunJob;
import io.atelier.store.Locations;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atelier run}. */
@Command(
    name = "run",
    header = "All stages on a folder of photos: intake, curate, caption, train, generate, report.",
    description = {
      "Each stage does only what is missing, so the same command goes on where it was stopped, and"
          + " does nothing when all is done.",
      "",
      "Without a checkpoint the one that comes along is used: it is small and knows drawn people"
          + " only."
    },
    footer = {
      "  ./atelier run --photos photos --lake lake",
      "  ./atelier run --photos photos --lake lake --checkpoint models/FLUX.1-dev \\",
      "      --packs studio my-pack.yaml"
    })
final class RunCommand implements Callable<Integer> {
  @Mixin private PhotosOptions photos;
  @Mixin private PackOptions packs;
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  @Override
  public Integer call() {
    return lake.run(
        settings.loadWithModel(packs.flags()),
        context -> RunJob.run(context, Locations.parse(photos.folder())));
  }
}
