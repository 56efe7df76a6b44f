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
        "Photos that have a caption of the same captioner, trigger token and class noun keep it."
            + " What a model answered is kept in descriptions and asked for again only for another"
            + " model, prompt or parameter.",
    footer = {
      "  ./atelier caption --lake lake",
      "  ./atelier caption --lake lake --set caption.captioner=onnx"
          + " --set caption.onnx_folder=/models/florence-2",
      "  ./atelier caption --lake lake --set caption.captioner=endpoint"
          + " --set caption.endpoint_url=https://api.openai.com/v1"
          + " --set caption.endpoint_model=gpt-4o-mini --set caption.endpoint_key_env=OPENAI_API_KEY"
    })
final class CaptionCommand implements Callable<Integer> {
  @Mixin private LakeOptions lake;
  @Mixin private SettingsOptions settings;

  @Override
  public Integer call() {
    return lake.run(settings.loadForLake().settings(), context -> List.of(CaptionJob.run(context)));
  }
}
