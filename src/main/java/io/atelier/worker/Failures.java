package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.function.Function;
import java.util.function.Supplier;

/** Keeps one unit's failure from stopping the others. */
final class Failures {
  private Failures() {}

  /** The unit's result, or the one made from the reason why it failed. */
  static <R> R guard(Supplier<R> unit, Function<String, R> failed) {
    try {
      return unit.get();
    } catch (AtelierException e) {
      if (e.code().category() == ErrorCode.Category.TRANSIENT) {
        throw e;
      }
      return failed.apply(e.code() + ": " + e.getMessage());
    } catch (RuntimeException | OutOfMemoryError e) {
      return failed.apply(ErrorCode.INTERNAL + ": " + e);
    }
  }
}
