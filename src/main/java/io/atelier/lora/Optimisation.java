package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.Serializable;

/**
 * How gradients become changes.
 *
 * @param method the optimiser
 * @param learningRate peak rate, above 0; 1 is the right one for Prodigy
 * @param schedule how the rate goes on after the warm-up
 * @param warmup steps in which the rate rises linearly, 0 or more
 * @param weightDecay decoupled weight decay, 0 or more
 * @param clipNorm largest global norm of the gradient; 0 for no limit
 */
public record Optimisation(
    Method method,
    double learningRate,
    LearningRate schedule,
    int warmup,
    double weightDecay,
    double clipNorm)
    implements Serializable {

  /** The optimisers. */
  public enum Method {
    ADAMW,
    PRODIGY;

    /** Reads {@code adamw} or {@code prodigy}. */
    public static Method parse(String text) {
      return switch (text) {
        case "adamw" -> ADAMW;
        case "prodigy" -> PRODIGY;
        default ->
            throw new AtelierException(
                ErrorCode.BAD_CONFIG,
                "optimiser '" + text + "' is not known; use adamw or prodigy");
      };
    }
  }

  /** AdamW at 4e-4 after 20 steps of warm-up, decay 1e-4, clip 1. */
  public static final Optimisation DEFAULT =
      new Optimisation(Method.ADAMW, 4e-4, LearningRate.CONSTANT, 20, 1e-4, 1.0);

  /** Checks the ranges. */
  public Optimisation {
    Ranges.check(Ranges.positive(learningRate), "learning rate", learningRate, "a number above 0");
    Ranges.check(warmup >= 0, "warmup", warmup, "0 or more");
    Ranges.check(
        Ranges.atLeastZero(weightDecay), "weight decay", weightDecay, "a number of 0 or more");
    Ranges.check(Ranges.atLeastZero(clipNorm), "clip norm", clipNorm, "a number of 0 or more");
  }

  /** The learning rate of a step counted from 0, of so many. */
  double learningRateAt(int step, int steps) {
    return learningRate * schedule.factor(step, warmup, steps);
  }

  Optimisation withWarmup(int count) {
    return new Optimisation(method, learningRate, schedule, count, weightDecay, clipNorm);
  }
}
