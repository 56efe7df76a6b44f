package io.atelier.cli;

import io.atelier.error.AtelierException;

/** Says a failure in words. */
final class Failure {
  private Failure() {}

  /**
   * The message of the first failure of ours in the chain of causes, which says what to do; else
   * that of the outermost one, with its type where the message alone would say nothing.
   */
  static String message(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AtelierException) {
        return cause.getMessage();
      }
    }
    String type = failure.getClass().getSimpleName();
    return failure.getMessage() == null ? type : type + ": " + failure.getMessage();
  }
}
