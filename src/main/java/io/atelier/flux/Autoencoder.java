package io.atelier.flux;

import io.atelier.nn.CloseStack;
import io.atelier.nn.Compute;
import io.atelier.nn.Parameters;
import io.atelier.nn.Scopes;
import io.atelier.nn.Weights;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * The variational autoencoder between images and latents (diffusers {@code AutoencoderKL}). Images
 * are [B, 3, H, W] in [-1, 1]; latents are [B, C, H/8, W/8]. Frozen; one thread at a time.
 */
public final class Autoencoder implements AutoCloseable {
  private static final double LOG_VARIANCE_MIN = -30;
  private static final double LOG_VARIANCE_MAX = 20;

  private final VaeConfig config;
  private final Parameters parameters;
  private final VaeEncoder encoder;
  private final VaeDecoder decoder;

  /**
   * Mean and log-variance of the latents' distribution, both [B, C, H/8, W/8], before scaling.
   *
   * @param mean the mean
   * @param logVariance the logarithm of the variance, clamped to [-30, 20]
   */
  public record Moments(Tensor mean, Tensor logVariance) {}

  /** Builds the network from {@code weights}, which it closes with itself. */
  public Autoencoder(VaeConfig config, Weights weights, Compute compute) {
    this.config = config;
    parameters = new Parameters(weights, compute);
    encoder = new VaeEncoder(parameters, config);
    decoder = new VaeDecoder(parameters, config);
    parameters.requireAllUsed();
  }

  /** The autoencoder of a checkpoint folder. */
  public static Autoencoder load(Checkpoint checkpoint, Compute compute) {
    try (CloseStack onFailure = new CloseStack()) {
      Weights weights = onFailure.add(checkpoint.weights(Component.VAE));
      Autoencoder result = new Autoencoder(checkpoint.vae(), weights, compute);
      onFailure.release();
      return result;
    }
  }

  /** Its sizes and constants. */
  public VaeConfig config() {
    return config;
  }

  /** The distribution of an image's raw latents. */
  public Moments encode(Tensor image) {
    try (PointerScope scope = new PointerScope()) {
      Tensor moments = encoder.forward(parameters.own(image));
      long channels = config.latentChannels();
      Tensor mean = moments.narrow(1, 0, channels);
      Tensor logVariance =
          moments
              .narrow(1, channels, channels)
              .clamp(
                  new ScalarOptional(new Scalar(LOG_VARIANCE_MIN)),
                  new ScalarOptional(new Scalar(LOG_VARIANCE_MAX)));
      return new Moments(Scopes.keep(mean), Scopes.keep(logVariance));
    }
  }

  /** The latents that the transformer works on: (mean - shift) * scaling. */
  public Tensor encodeMean(Tensor image) {
    try (PointerScope scope = new PointerScope()) {
      return Scopes.keep(scaled(encode(image).mean()));
    }
  }

  /** Raw latents to the transformer's: (z - shift) * scaling. */
  public Tensor scaled(Tensor raw) {
    try (PointerScope scope = new PointerScope()) {
      Tensor moved = raw.sub(new Scalar(config.shiftFactor()));
      return Scopes.keep(moved.mul(new Scalar(config.scalingFactor())));
    }
  }

  /** The image of the transformer's latents: decodes z / scaling + shift. */
  public Tensor decode(Tensor latents) {
    try (PointerScope scope = new PointerScope()) {
      Tensor raw = parameters.own(latents).div(new Scalar(config.scalingFactor()));
      return Scopes.keep(decodeRaw(raw.add(new Scalar(config.shiftFactor()))));
    }
  }

  /** The image of raw latents. */
  public Tensor decodeRaw(Tensor raw) {
    try (PointerScope scope = new PointerScope()) {
      return Scopes.keep(decoder.forward(parameters.own(raw)));
    }
  }

  @Override
  public void close() {
    parameters.close();
  }

  /** One step of a half, freeing its input unless that is the caller's {@code first}. */
  static Tensor step(UnaryOperator<Tensor> step, Tensor x, Tensor first) {
    try (PointerScope scope = new PointerScope()) {
      Tensor result = Scopes.keep(step.apply(x));
      if (x != first) {
        x.close();
      }
      return result;
    }
  }
}
