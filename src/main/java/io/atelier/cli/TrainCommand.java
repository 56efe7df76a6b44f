package io.atelier.cli;

import io.atelier.job.TrainJob;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code atelier train}. */
@Command(
    name = "train",
    header = "Trains one LoRA adapter for every subject that lacks one.",
    description = {
      "One Spark task a subject; the base model stays frozen and is loaded once per executor."
          + " An adapter's id is the hash of its photos, captions, settings, base checkpoint and"
          + " program version: the same again is not trained again. A training that fails is a row"
          + " with a reason, and the others go on.",
      "",
      "The files are in diffusers' format; FluxPipeline.load_lora_weights reads them."
    },
    footer = {
      "  ./atelier train --lake lake --checkpoint models/FLUX.1-dev",
      "  ./atelier train --lake s3a://bucket/lake --checkpoint /models/FLUX.1-dev \\",
      "      --set train.steps=1500 --master spark://host:7077"
    })
final class TrainCommand implements Callable<Integer> {
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  @Override
  public Integer call() {
    return lake.run(settings.loadWithModel(), context -> List.of(TrainJob.run(context)));
  }
}
