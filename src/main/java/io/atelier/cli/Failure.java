package io.atelier.cli;

import io.atelier.error.AtelierException;
import java.util.stream.Collectors;

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
        return words(cause.getMessage());
      }
    }
    String type = failure.getClass().getSimpleName();
    return failure.getMessage() == null ? type : type + ": " + words(failure.getMessage());
  }

  /** Spark puts the executor's stack trace into the message; it is in the log as well. */
  private static String words(String message) {
    return message
        .lines()
        .takeWhile(line -> !line.startsWith("\tat "))
        .collect(Collectors.joining("\n"));
  }
}
