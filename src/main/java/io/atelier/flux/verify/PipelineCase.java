package io.atelier.flux.verify;

import io.atelier.flux.FluxPipeline;
import io.atelier.flux.ImageNoise;
import io.atelier.flux.ImageRequest;
import io.atelier.flux.Latents;
import io.atelier.flux.Picture;
import io.atelier.flux.Pictures;
import io.atelier.flux.StepListener;
import io.atelier.nn.Torch;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Cases of a whole generation. */
final class PipelineCase {
  private PipelineCase() {}

  static void replay(GoldenCase golden, Models models) {
    FluxPipeline pipeline = models.pipeline();
    ImageRequest request = request(golden);
    ImageNoise noise = pipeline.noise(List.of(request));
    Tensor begin = begin(golden, pipeline, request, noise);
    Tensor latents = pipeline.latents(List.of(request), noise, begin, StepListener.NONE);
    golden.compare("out.latents", latents);
    if (!golden.has("out.image")) {
      return;
    }
    Tensor image = pipeline.decode(latents, request);
    golden.compare("out.image", Pictures.unit(image));
    Picture picture = Pictures.of(image).get(0);
    golden.compareBytes(
        "out.bytes", Torch.tensor(picture.rgb(), picture.height(), picture.width(), 3));
  }

  private static ImageRequest request(GoldenCase golden) {
    boolean trueCfg = golden.hasArgument("negative_prompt");
    return new ImageRequest(
        golden.argument("prompt"),
        trueCfg ? golden.argument("negative_prompt") : null,
        golden.hasArgument("seed") ? Long.parseLong(golden.argument("seed")) : 0,
        golden.integer("width"),
        golden.integer("height"),
        golden.integer("steps"),
        golden.number("guidance"),
        trueCfg ? golden.number("true_cfg_scale") : 1,
        golden.integer("t5_length"));
  }

  /** The recorded noise, or that of the recorded seed, which has to be the same to the bit. */
  private static Tensor begin(
      GoldenCase golden, FluxPipeline pipeline, ImageRequest request, ImageNoise noise) {
    if (golden.has("in.latents")) {
      return golden.tensor("in.latents");
    }
    int downscale = pipeline.autoencoder().config().downscale();
    golden.compareExactly(
        "out.noise",
        Latents.unpack(noise.first(), request.height() / downscale, request.width() / downscale));
    return noise.first();
  }
}
