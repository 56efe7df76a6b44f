package io.atelier.cli;

import io.atelier.job.GenerateJob;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atelier generate}. */
@Command(
    name = "generate",
    header = "Renders style packs for every subject with an adapter.",
    description = {
      "Every look of every pack is rendered for every subject and seed. A request's id is the hash of"
          + " all that decides the picture; what is there is not rendered again. Each distinct prompt"
          + " is encoded once, and an adapter is merged once for all its pictures in a task."
    },
    footer = {
      "  ./atelier generate --lake lake --checkpoint models/FLUX.1-dev --packs studio outdoors",
      "  ./atelier generate --lake lake --checkpoint models/FLUX.1-dev --packs my-pack.yaml"
    })
final class GenerateCommand implements Callable<Integer> {
  @Mixin private PackOptions packs;
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  @Override
  public Integer call() {
    return lake.run(
        settings.loadWithModel(packs.flags()), context -> List.of(GenerateJob.run(context)));
  }
}
