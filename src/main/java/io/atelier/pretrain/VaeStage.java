package io.atelier.pretrain;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.VaeConfig;
import io.atelier.lora.JobRandom;
import io.atelier.nn.Leaves;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A part of a batch for the autoencoder: the error of reconstructed crops, absolute and squared,
 * plus the distance of the latents' distribution from the standard normal one (Kingma and Welling,
 * Auto-Encoding Variational Bayes, 2014; weighted as in Rombach et al. 2022).
 */
final class VaeStage implements TrainingRun.Part {
  static final String COMPONENT = "vae";
  private static final double KL_WEIGHT = 2e-4;

  private final VaeConfig config;
  private final Leaves leaves;
  private final Drawings drawings;
  private final JobRandom draws = new JobRandom(COMPONENT);
  private final int batch;
  private final int crop;
  private final int part;

  /** Part number {@code part} with {@code batch} crops of {@code crop} pixels a side. */
  VaeStage(VaeConfig config, Leaves leaves, Drawings drawings, int batch, int crop, int part) {
    this.config = config;
    this.leaves = leaves;
    this.drawings = drawings;
    this.batch = batch;
    this.crop = crop;
    this.part = part;
  }

  @Override
  public double backward(int step) {
    try (PointerScope scope = new PointerScope();
        Autoencoder vae = Mixed.vae(config, leaves)) {
      Tensor pictures = crops(step);
      Autoencoder.Moments moments = inFloat32(vae.encode(pictures));
      Tensor deviation = moments.logVariance().mul(new Scalar(0.5)).exp();
      Tensor drawn = draws.normal("latent", step, part, moments.mean().shape());
      Tensor latents = moments.mean().add(deviation.mul(drawn));
      Tensor error = vae.decodeRaw(latents).to(ScalarType.Float).sub(pictures);
      Tensor kl = kl(moments).mul(new Scalar(KL_WEIGHT));
      Tensor loss = error.abs().mean().add(error.square().mean()).add(kl);
      loss.backward();
      return loss.item_double();
    }
  }

  private static Autoencoder.Moments inFloat32(Autoencoder.Moments moments) {
    return new Autoencoder.Moments(
        moments.mean().to(ScalarType.Float), moments.logVariance().to(ScalarType.Float));
  }

  /** Per latent value, in nats. */
  private static Tensor kl(Autoencoder.Moments moments) {
    Tensor logVariance = moments.logVariance();
    return moments
        .mean()
        .square()
        .add(logVariance.exp())
        .sub(logVariance)
        .sub(new Scalar(1.0))
        .mul(new Scalar(0.5))
        .mean();
  }

  private Tensor crops(int step) {
    SplittableRandom random = new SplittableRandom(draws.seed("crops", step, part));
    Tensor whole = drawings.pictures(random.ints(batch, 0, drawings.count()).toArray());
    int room = drawings.side() - crop;
    long top = random.nextInt(room + 1);
    long left = random.nextInt(room + 1);
    Tensor crops = whole.narrow(2, top, crop).narrow(3, left, crop).contiguous();
    return random.nextBoolean() ? crops.flip(3) : crops;
  }
}
