package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.Serializable;

/**
 * Measuring a training on photos that it does not see.
 *
 * @param photos held out; 0 for no validation
 * @param every steps between two measurements
 * @param patience stop after so many measurements in a row without a new best, all at the highest
 *     resolution, and keep the best adapter; 0 to go on to the end and keep the last
 */
public record Validation(int photos, int every, int patience) implements Serializable {

  /** None. */
  public static final Validation NONE = new Validation(0, 1, 0);

  /** Checks the ranges. */
  public Validation {
    if (photos < 0 || every < 1 || patience < 0 || (patience > 0 && photos == 0)) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "validation on "
              + photos
              + " photos every "
              + every
              + " steps with patience "
              + patience
              + " is not possible; hold out at least one photo to stop early, measure every 1 or"
              + " more steps, and have patience of 0 or more");
    }
  }

  /** Whether the adapter that did best is kept, rather than the last. */
  public boolean stopsEarly() {
    return patience > 0;
  }

  boolean dueAfter(int step, int steps) {
    return photos > 0 && (step % every == 0 || step == steps);
  }
}
