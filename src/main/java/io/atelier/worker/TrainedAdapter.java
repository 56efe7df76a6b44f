package io.atelier.worker;

import io.atelier.lora.TrainStep;
import java.io.Serializable;
import java.util.List;

/**
 * How a training ended.
 *
 * @param uri adapter file, relative to the lake's root; null if it failed
 * @param reason why it failed; null if it did not
 * @param steps all steps, those of earlier tasks included; if it failed, those before
 */
public record TrainedAdapter(
    String adapterId,
    String uri,
    String sha256,
    Long bytes,
    String reason,
    List<Step> steps,
    Effort effort)
    implements PersonalFile<TrainedAdapter>, Serializable {

  /**
   * One optimiser step.
   *
   * @param step counted from 1
   * @param sigma mean noise level, 0 to 1
   * @param validationLoss null where it was not due
   */
  public record Step(
      int step,
      double loss,
      double gradNorm,
      double learningRate,
      double sigma,
      Double validationLoss)
      implements Serializable {

    static Step of(TrainStep step) {
      return new Step(
          step.step(),
          step.loss(),
          step.gradientNorm(),
          step.learningRate(),
          step.sigma(),
          step.validationLoss());
    }
  }

  /** Whether there is an adapter. */
  public boolean trained() {
    return reason == null;
  }

  @Override
  public TrainedAdapter without(String why) {
    return new TrainedAdapter(adapterId, null, null, null, why, steps, effort);
  }

  /** A training that did not begin. */
  public static TrainedAdapter failed(TrainingJob job, String reason, Effort effort) {
    return failed(job, reason, effort, List.of());
  }

  /** A training that made no adapter, but perhaps some steps. */
  static TrainedAdapter failed(TrainingJob job, String reason, Effort effort, List<Step> steps) {
    return new TrainedAdapter(job.adapterId(), null, null, null, reason, steps, effort);
  }
}
