package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;

/** How the learning rate goes on after the warm-up. */
public enum LearningRate {
  /** Stays where the warm-up ended. */
  CONSTANT("constant"),

  /** Half a cosine wave from the peak to nearly 0 at the last step. */
  COSINE("cosine");

  private final String text;

  LearningRate(String text) {
    this.text = text;
  }

  /** Reads {@code constant} or {@code cosine}. */
  public static LearningRate parse(String text) {
    for (LearningRate schedule : values()) {
      if (schedule.text.equals(text)) {
        return schedule;
      }
    }
    throw new AtelierException(
        ErrorCode.BAD_CONFIG,
        "learning-rate schedule '" + text + "' is not known; use constant or cosine");
  }

  /**
   * The factor of the peak rate at a step: rises linearly from 1/warmup to 1 over the warm-up.
   *
   * @param step counted from 0
   * @param warmup steps of the warm-up; 0 for none
   * @param steps steps of the whole run
   */
  public double factor(int step, int warmup, int steps) {
    if (step < warmup) {
      return (step + 1.0) / warmup;
    }
    if (this == CONSTANT) {
      return 1;
    }
    double progress = (double) (step - warmup) / Math.max(1, steps - warmup);
    return 0.5 * (1 + Math.cos(Math.PI * progress));
  }

  /** The name that {@link #parse} reads. */
  @Override
  public String toString() {
    return text;
  }
}
