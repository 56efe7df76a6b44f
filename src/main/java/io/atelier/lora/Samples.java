package io.atelier.lora;

import io.atelier.flux.Autoencoder;
import io.atelier.nn.Torch;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Draws the training samples of a step: view, posterior, noise, level and dropout of each photo.
 */
final class Samples {
  private final TrainingSet set;
  private final TrainConfig config;
  private final JobRandom random;
  private final IntFunction<TrainingSet.Caption> captions;

  /** Samples with the set's own embeddings. */
  Samples(TrainingSet set, TrainConfig config, JobRandom random) {
    this(set, config, random, set.captions()::get);
  }

  /** Samples with embeddings by the number of the caption. */
  Samples(
      TrainingSet set,
      TrainConfig config,
      JobRandom random,
      IntFunction<TrainingSet.Caption> captions) {
    this.set = set;
    this.config = config;
    this.random = random;
    this.captions = captions;
  }

  /**
   * A batch ready for the loss.
   *
   * @param photos indices of photos of one size
   * @param level index of the resolution
   * @param first number of the first sample within the step; each sample draws by its own number
   */
  FlowLoss draw(List<Integer> photos, int level, long step, long first) {
    TensorVector latents = new TensorVector();
    TensorVector noise = new TensorVector();
    TensorVector t5 = new TensorVector();
    TensorVector pooled = new TensorVector();
    float[] sigma = new float[photos.size()];
    for (int i = 0; i < sigma.length; i++) {
      long sample = first + i;
      TrainingSet.Photo photo = set.photos().get(photos.get(i));
      TrainingSet.View view = photo.views().get(level);
      TrainingSet.Caption caption = caption(photo, step, sample);
      latents.push_back(latent(view, step, sample));
      noise.push_back(random.normal("noise", step, sample, view.plain().mean().shape()));
      sigma[i] = NoiseLevels.draw(config.sigmaSampling(), random, step, sample, view.tokens());
      t5.push_back(caption.t5());
      pooled.push_back(caption.pooled());
    }
    return new FlowLoss(
        torch.stack(latents),
        torch.stack(noise),
        Torch.tensor(sigma, sigma.length),
        torch.stack(t5),
        torch.stack(pooled),
        config.guidance(),
        null);
  }

  /** {@code mean + exp(logvar / 2) * n}, shifted and scaled: diffusers' DiagonalGaussian. */
  private Tensor latent(TrainingSet.View view, long step, long sample) {
    Autoencoder.Moments moments = mirrors(view, step, sample) ? view.mirrored() : view.plain();
    Tensor mean = moments.mean().to(ScalarType.Float);
    Tensor half = moments.logVariance().to(ScalarType.Float).mul(new Scalar(0.5));
    Tensor n = random.normal("posterior", step, sample, moments.mean().shape());
    return set.scaled(mean.add(half.exp().mul(n)));
  }

  private boolean mirrors(TrainingSet.View view, long step, long sample) {
    return config.flip() > 0
        && view.mirrored() != null
        && random.uniform("flip", step, sample, 1).item_float() < config.flip();
  }

  private TrainingSet.Caption caption(TrainingSet.Photo photo, long step, long sample) {
    double drawn = random.uniform("dropout", step, sample, 1).item_float();
    return drawn < config.captionDropout() ? set.empty() : captions.apply(photo.caption());
  }
}
