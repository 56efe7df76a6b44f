package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;

/** Checks of training settings. */
final class Ranges {
  private Ranges() {}

  static boolean positive(double value) {
    return value > 0 && value < Double.POSITIVE_INFINITY;
  }

  static boolean atLeastZero(double value) {
    return value == 0 || positive(value);
  }

  static boolean share(double value) {
    return value >= 0 && value <= 1;
  }

  static void check(boolean valid, String name, Number value, String range) {
    if (!valid) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG, "training " + name + " is " + value + ", but must be " + range);
    }
  }
}
