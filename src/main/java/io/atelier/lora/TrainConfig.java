package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.Serializable;

/**
 * How an adapter is trained.
 *
 * @param steps optimiser steps, 1 to 1000000
 * @param batch photos of equal size in one forward pass, 1 to 256
 * @param accumulation forward passes in one step, 1 to 64
 * @param learningRate peak rate of AdamW, above 0
 * @param schedule how the rate goes on after the warm-up
 * @param warmup steps in which the rate rises linearly, 0 to steps
 * @param weightDecay decoupled weight decay of AdamW, 0 or more
 * @param clipNorm largest global norm of the gradient; 0 for no limit
 * @param captionDropout chance of training with the empty caption instead, 0 to 1
 * @param guidance what the model is told where it embeds guidance, 0 or more; above 1 it trains
 *     classifier-free guidance into the adapter
 * @param sigmaSampling how noise levels are drawn
 */
public record TrainConfig(
    int steps,
    int batch,
    int accumulation,
    double learningRate,
    LearningRate schedule,
    int warmup,
    double weightDecay,
    double clipNorm,
    double captionDropout,
    double guidance,
    SigmaSampling sigmaSampling)
    implements Serializable {

  /** 1000 steps of batch 1 at 4e-4, logit-normal with shift, dropout 0.05, clip 1, guidance 1. */
  public static final TrainConfig DEFAULT =
      new TrainConfig(
          1000,
          1,
          1,
          4e-4,
          LearningRate.CONSTANT,
          20,
          1e-4,
          1.0,
          0.05,
          1.0,
          SigmaSampling.LOGIT_NORMAL_FLUX_SHIFT);

  /** Checks the ranges. */
  public TrainConfig {
    check(steps >= 1 && steps <= 1_000_000, "steps", steps, "from 1 to 1000000");
    check(batch >= 1 && batch <= 256, "batch", batch, "from 1 to 256");
    check(accumulation >= 1 && accumulation <= 64, "accumulation", accumulation, "from 1 to 64");
    check(positive(learningRate), "learning rate", learningRate, "a number above 0");
    check(warmup >= 0 && warmup <= steps, "warmup", warmup, "from 0 to the number of steps");
    check(atLeastZero(weightDecay), "weight decay", weightDecay, "a number of 0 or more");
    check(atLeastZero(clipNorm), "clip norm", clipNorm, "a number of 0 or more");
    check(atLeastZero(guidance), "guidance", guidance, "a number of 0 or more");
    check(
        captionDropout >= 0 && captionDropout <= 1,
        "caption dropout",
        captionDropout,
        "from 0 to 1");
  }

  /** The learning rate of a step counted from 0. */
  public double learningRateAt(int step) {
    return learningRate * schedule.factor(step, warmup, steps);
  }

  /** The same with another number of steps; a warm-up that is longer is cut. */
  public TrainConfig withSteps(int count) {
    return new TrainConfig(
        count,
        batch,
        accumulation,
        learningRate,
        schedule,
        Math.min(warmup, count),
        weightDecay,
        clipNorm,
        captionDropout,
        guidance,
        sigmaSampling);
  }

  private static boolean positive(double value) {
    return value > 0 && value < Double.POSITIVE_INFINITY;
  }

  private static boolean atLeastZero(double value) {
    return value == 0 || positive(value);
  }

  private static void check(boolean valid, String name, Number value, String range) {
    if (!valid) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG, "training " + name + " is " + value + ", but must be " + range);
    }
  }
}
