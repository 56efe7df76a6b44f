package io.atelier.worker;

import java.io.Serializable;
import java.util.List;

/**
 * How a training ended.
 *
 * @param uri adapter file, relative to the lake's root; null if it failed
 * @param reason why it failed; null if it did not
 * @param seconds wall time
 */
public record TrainedAdapter(
    String adapterId,
    String uri,
    String sha256,
    Long bytes,
    String reason,
    List<Step> steps,
    double seconds,
    String device)
    implements Serializable {

  /** One optimiser step, counted from 1. */
  public record Step(int step, double loss, double gradNorm, double learningRate, double sigma)
      implements Serializable {}

  /** Whether there is an adapter. */
  public boolean trained() {
    return reason == null;
  }

  /** A training that made no adapter. */
  public static TrainedAdapter failed(
      TrainingJob job, String reason, double seconds, String device) {
    return new TrainedAdapter(
        job.adapterId(), null, null, null, reason, List.of(), seconds, device);
  }
}
