package io.atelier.pretrain;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.FlowMatchEuler;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.ImageNoise;
import io.atelier.flux.Latents;
import io.atelier.flux.Pictures;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.Sampler;
import io.atelier.sample.Captions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Pictures of captions that the transformer was not trained on, beside what they describe. */
final class FlowCheck {
  private static final int MOST_SHOWN = 12;
  private static final int STEPS = 24;

  private final Autoencoder vae;
  private final Captioned captions;
  private final Drawings drawings;
  private final int shown;

  FlowCheck(Autoencoder vae, Captioned captions, Drawings drawings) {
    this.vae = vae;
    this.captions = captions;
    this.drawings = drawings;
    this.shown = Math.min(MOST_SHOWN, drawings.count());
  }

  /**
   * A row of drawings above pictures of their captions.
   *
   * @param guided whether the transformer knows of guidance; else it is applied from outside
   */
  void sheet(Path file, FluxTransformer transformer, float scale, boolean guided) {
    try (PointerScope scope = new PointerScope()) {
      int[] rows = IntStream.range(0, shown).toArray();
      List<String> texts =
          IntStream.of(rows).mapToObj(i -> Captions.of(drawings.scene(i), 1)).toList();
      PromptEmbedding.Batch prompts = captions.encode(texts, Sizes.T5_LENGTH);
      PromptEmbedding.Batch empty =
          guided ? null : captions.encode(Collections.nCopies(shown, ""), Sizes.T5_LENGTH);
      long side = Sizes.SIDE / vae.config().downscale();
      ImageNoise noise =
          new ImageNoise(
              LongStream.range(0, shown).toArray(), vae.config().latentChannels(), side, side);
      Sampler.Plan plan =
          Sampler.Plan.of(
              noise, prompts, empty, all(guided ? scale : 1), all(guided ? 1 : scale), STEPS);
      Sampler sampler = new Sampler(transformer, new FlowMatchEuler(Sizes.scheduler()));
      Tensor latents = sampler.sample(plan, (done, count) -> {});
      Tensor made = vae.decode(Latents.unpack(latents, side, side));
      Tensor both = torch.cat(new TensorVector(drawings.pictures(rows), made));
      Sheet.write(file, Pictures.of(both), shown);
    }
  }

  private float[] all(float value) {
    float[] values = new float[shown];
    Arrays.fill(values, value);
    return values;
  }
}
