package io.atelier.pretrain;

import io.atelier.flux.ClipConfig;
import io.atelier.flux.SchedulerConfig;
import io.atelier.flux.T5Config;
import io.atelier.flux.TransformerConfig;
import io.atelier.flux.VaeConfig;
import java.util.List;

/**
 * The sizes of the checkpoint's networks: FLUX.1-dev's proportions, small enough for two cores. A
 * picture of 96 x 96 pixels is 36 tokens.
 */
final class Sizes {
  /** Pixels a side of the pictures it is made for. */
  static final int SIDE = 96;

  /** Tokens that T5 reads where nobody says otherwise; captions are shorter. */
  static final int T5_LENGTH = 48;

  /** Tokens that T5 can read. */
  static final int MOST_T5_TOKENS = 128;

  private static final int CLIP_LENGTH = 77;
  private static final int TEXT_WIDTH = 128;
  private static final int LATENT_CHANNELS = 16;

  private Sizes() {}

  /** The autoencoder; scaling and shift are measured when it is trained. */
  static VaeConfig vae(double scaling, double shift) {
    return new VaeConfig(3, 3, LATENT_CHANNELS, List.of(16, 32, 64, 96), 1, 8, scaling, shift);
  }

  static ClipConfig clip(int vocabulary, int eos) {
    return new ClipConfig(vocabulary, TEXT_WIDTH, 4 * TEXT_WIDTH, 2, 4, CLIP_LENGTH, 1e-5, eos);
  }

  static T5Config t5(int vocabulary) {
    return new T5Config(vocabulary, TEXT_WIDTH, 32, 2 * TEXT_WIDTH, 2, 4, 32, 128, 1e-6);
  }

  static TransformerConfig transformer() {
    return new TransformerConfig(
        2, 6, 64, 3, 4 * LATENT_CHANNELS, null, TEXT_WIDTH, TEXT_WIDTH, true, List.of(16, 24, 24));
  }

  /**
   * Stochastic: trained for hours and not for months, the transformer errs a little at each level,
   * always in the same direction. With fresh noise that averages out. Half of the steps are above
   * 0.82, where places, colours and poses are decided.
   */
  static SchedulerConfig scheduler() {
    return new SchedulerConfig(1000, 3.0, true, 1.5, 1.5, 256, 4096, true);
  }
}
