package io.atelier.lora;

import org.bytedeco.javacpp.PointerScope;

/**
 * The noise levels of training samples: a draw, then perhaps the shift {@code s x / (1 + (s - 1)
 * x)} towards noise with {@code s = e^mu}, mu linear in the picture's tokens from 0.5 at 256 to
 * 1.15 at 4096 (diffusers {@code calculate_shift}; sd-scripts' {@code flux_shift}).
 */
public final class NoiseLevels {
  private static final int GRID = 1000;

  private NoiseLevels() {}

  /** The level of one sample, above 0 and up to 1. */
  public static float draw(
      SigmaSampling sampling, JobRandom random, long step, long sample, long tokens) {
    return draw(sampling, random, "sigma", step, sample, tokens);
  }

  /** The same from a draw of another purpose. */
  static float draw(
      SigmaSampling sampling,
      JobRandom random,
      String purpose,
      long step,
      long sample,
      long tokens) {
    double drawn;
    try (PointerScope scope = new PointerScope()) {
      drawn =
          sampling.logitNormal()
              ? sigmoid(random.normal(purpose, step, sample, 1).item_float())
              : onGrid(random.uniform(purpose, step, sample, 1).item_float());
    }
    return (float) (sampling.shifted() ? shifted(drawn, tokens) : drawn);
  }

  /** diffusers' time step {@code 1000 - floor(1000 u)} as a level. */
  static double onGrid(double u) {
    return (GRID - Math.floor(GRID * u)) / GRID;
  }

  /** A level moved towards noise as the sampler's levels are for a picture of so many tokens. */
  static double shifted(double level, long tokens) {
    double mu = 0.5 + (tokens - 256) * (1.15 - 0.5) / (4096 - 256);
    return towardsNoise(level, Math.exp(mu));
  }

  /**
   * A level in [0, 1] moved towards 1: {@code s x / (1 + (s - 1) x)} for a shift s of 1 or more.
   */
  public static double towardsNoise(double level, double shift) {
    return shift * level / (1 + (shift - 1) * level);
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
