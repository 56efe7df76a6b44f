package io.atelier.lora;

import java.io.Serializable;

/**
 * How an adapter is trained.
 *
 * @param steps optimiser steps, 1 to 1000000
 * @param batch photos of equal size in one batch, 1 to 256
 * @param accumulation batches in one step, 1 to 64
 * @param optimisation how gradients become changes; its warm-up is at most {@code steps}
 * @param captionDropout chance of training with the empty caption instead, 0 to 1
 * @param guidance what the model is told where it embeds guidance, 0 or more; above 1 it trains
 *     classifier-free guidance into the adapter
 * @param sigmaSampling how noise levels are drawn
 * @param flip chance of training on the mirrored photo, 0 to 1; the set must have mirrored views
 * @param priorWeight weight of the loss on class samples, 0 or more; 0 for none
 * @param validation how it is measured on photos it does not see
 */
public record TrainConfig(
    int steps,
    int batch,
    int accumulation,
    Optimisation optimisation,
    double captionDropout,
    double guidance,
    SigmaSampling sigmaSampling,
    double flip,
    double priorWeight,
    Validation validation)
    implements Serializable {

  /** 1000 steps of batch 1 at 4e-4, logit-normal with shift, dropout 0.05, clip 1, guidance 1. */
  public static final TrainConfig DEFAULT =
      new TrainConfig(
          1000,
          1,
          1,
          Optimisation.DEFAULT,
          0.05,
          1.0,
          SigmaSampling.LOGIT_NORMAL_FLUX_SHIFT,
          0,
          0,
          Validation.NONE);

  /** Checks the ranges. */
  public TrainConfig {
    Ranges.check(steps >= 1 && steps <= 1_000_000, "steps", steps, "from 1 to 1000000");
    Ranges.check(batch >= 1 && batch <= 256, "batch", batch, "from 1 to 256");
    Ranges.check(
        accumulation >= 1 && accumulation <= 64, "accumulation", accumulation, "from 1 to 64");
    Ranges.check(
        optimisation.warmup() <= steps,
        "warmup",
        optimisation.warmup(),
        "from 0 to the number of steps");
    Ranges.check(Ranges.atLeastZero(guidance), "guidance", guidance, "a number of 0 or more");
    Ranges.check(Ranges.share(captionDropout), "caption dropout", captionDropout, "from 0 to 1");
    Ranges.check(Ranges.share(flip), "flip", flip, "from 0 to 1");
    Ranges.check(
        Ranges.atLeastZero(priorWeight), "prior weight", priorWeight, "a number of 0 or more");
  }

  /** The learning rate of a step counted from 0. */
  public double learningRateAt(int step) {
    return optimisation.learningRateAt(step, steps);
  }

  /** The same with another number of steps; a warm-up that is longer is cut. */
  public TrainConfig withSteps(int count) {
    return new TrainConfig(
        count,
        batch,
        accumulation,
        optimisation.withWarmup(Math.min(optimisation.warmup(), count)),
        captionDropout,
        guidance,
        sigmaSampling,
        flip,
        priorWeight,
        validation);
  }

  /** The same with every caption seen. */
  TrainConfig withoutDropout() {
    return new TrainConfig(
        steps,
        batch,
        accumulation,
        optimisation,
        0,
        guidance,
        sigmaSampling,
        flip,
        priorWeight,
        validation);
  }
}
