package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.UncheckedIOException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one unit's failure from stopping the others. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private static final int TRIES_OF_A_STORE = 2;

  /** What Spark calls the executor of a local master. */
  private static final String DRIVER = "driver";

  private Failures() {}

  /** The unit's result, or the one made from the reason why it failed. */
  static <R> R guard(Supplier<R> unit, Function<String, R> failed) {
    try {
      return unit.get();
    } catch (AtelierException e) {
      if (isTheMachines(e.code())) {
        throw e;
      }
      LOG.warn("a unit failed with {}", e.code(), e);
      return failed.apply(e.code() + ": " + e.getMessage());
    } catch (UncheckedIOException | TaskKilledException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      if (isTheGpus(e)) {
        throw new AtelierException(
            ErrorCode.NO_DEVICE,
            "A GPU failed: " + firstLine(e) + "; the task is tried on another executor",
            e);
      }
      LOG.error("a unit failed", e);
      ErrorCode code = OutOfMemory.is(e) ? ErrorCode.OUT_OF_MEMORY : ErrorCode.INTERNAL;
      return failed.apply(code + ": " + firstLine(e));
    }
  }

  /**
   * The same for units that the next run tries again: a file that the store does not deliver,
   * though the task was tried before, is the failure of the unit that needs it and stops nobody
   * else. A store that is away stops the run all the same, since no result can be written.
   */
  static <R> R guardRetried(Supplier<R> unit, Function<String, R> failed) {
    return guardRetried(triedBefore(), unit, failed);
  }

  /** The same on a thread of its own, which knows no task; see {@link #triedBefore}. */
  static <R> R guardRetried(boolean triedBefore, Supplier<R> unit, Function<String, R> failed) {
    return guard(
        () -> {
          try {
            return unit.get();
          } catch (AtelierException e) {
            if (e.code() != ErrorCode.STORE_UNAVAILABLE || !triedBefore) {
              throw e;
            }
            LOG.warn("the store fails one unit again and again", e);
            return failed.apply(e.code() + ": " + e.getMessage());
          }
        },
        failed);
  }

  /** Whether this thread's task was tried before; in a local master Spark tries no task twice. */
  static boolean triedBefore() {
    return triedAgain() || TaskContext.get() != null && SparkEnv.get().executorId().equals(DRIVER);
  }

  /** Whether this thread's task failed before and is tried again. */
  static boolean triedAgain() {
    TaskContext task = TaskContext.get();
    return task != null && task.attemptNumber() >= TRIES_OF_A_STORE;
  }

  /** After such an error a process gets nothing more from its GPU, so all other units fail too. */
  private static boolean isTheGpus(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return !OutOfMemory.is(failure)
        && (message.contains("CUDA error")
            || message.contains("cuDNN error")
            || message.contains("CUBLAS_STATUS"));
  }

  /** What failed and why; libtorch appends its C++ stack, which is in the log. */
  private static String firstLine(Throwable failure) {
    return failure.toString().lines().findFirst().orElse("");
  }

  /**
   * What no other unit of this task would fare better with: the stage ends, as does the process.
   */
  static boolean isTheMachines(ErrorCode code) {
    return code.category() == ErrorCode.Category.TRANSIENT
        || code == ErrorCode.NO_DEVICE
        || code == ErrorCode.BAD_CHECKPOINT
        || code == ErrorCode.BAD_ENDPOINT;
  }
}
