package io.atelier.cli;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** What the exit code of the process means to the scheduler that started it. */
final class ExitCode {
  /** Done. */
  static final int DONE = 0;

  /** The command line is wrong. */
  static final int USAGE = 1;

  /** The person who runs it can fix it. */
  static final int USER = 2;

  /** A defect of this program. */
  static final int INTERNAL = 3;

  /** Memory, disk or a device is missing. */
  static final int RESOURCE = 4;

  /** The same call may succeed later. */
  static final int RETRY = 5;

  /** Done, but a greater share of the rows failed than {@code runtime.max_failed_share}. */
  static final int TOO_MANY_FAILED = 6;

  private ExitCode() {}

  /** The code of a failure, wherever in its chain of causes the reason stands. */
  static int of(Throwable failure) {
    ErrorCode code = errorCode(failure);
    return switch (code.category()) {
      case USAGE -> USAGE;
      case USER -> USER;
      case INTERNAL -> INTERNAL;
      case RESOURCE -> RESOURCE;
      case TRANSIENT -> RETRY;
    };
  }

  /** The error code of a failure; INTERNAL if nothing in its chain of causes says more. */
  static ErrorCode errorCode(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AtelierException known) {
        return known.code();
      }
      if (cause instanceof OutOfMemoryError || saysOutOfMemory(cause)) {
        return ErrorCode.OUT_OF_MEMORY;
      }
      if (cause instanceof NoSuchFileException) {
        return ErrorCode.NOT_FOUND;
      }
      if (cause instanceof AccessDeniedException) {
        return ErrorCode.BAD_INPUT;
      }
    }
    return ErrorCode.INTERNAL;
  }

  /** libtorch and the operating system say it only in words. */
  private static boolean saysOutOfMemory(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("out of memory")
        || message.contains("can't allocate memory")
        || message.contains("no space left on device");
  }
}
