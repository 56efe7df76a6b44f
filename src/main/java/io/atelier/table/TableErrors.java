package io.atelier.table;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.delta.exceptions.DeltaConcurrentModificationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.delta.schema.DeltaInvariantViolationException;

/**
 * Turns Delta's failures into ours. A refused row's values stay out of the message and the cause.
 */
final class TableErrors {
  private static final Pattern CONSTRAINT = Pattern.compile("CHECK constraint (\\w+)");

  private TableErrors() {}

  /** Runs a write to a table. */
  static void mapped(TableSpec<?> spec, Runnable write) {
    try {
      write.run();
    } catch (RuntimeException e) {
      throw map(spec, e);
    } catch (Exception e) {
      // Scala methods throw checked exceptions that they do not declare.
      throw map(spec, new IllegalStateException(e));
    }
  }

  private static RuntimeException map(TableSpec<?> spec, RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DeltaInvariantViolationException) {
        return violation(spec, cause);
      }
      if (cause instanceof DeltaConcurrentModificationException) {
        return new AtelierException(
            ErrorCode.TABLE_CONFLICT,
            "Another writer changed table '"
                + spec.name()
                + "' at the same time ("
                + cause.getClass().getSimpleName()
                + "). Run again; let one job at a time write it.",
            failure);
      }
    }
    return failure;
  }

  private static AtelierException violation(TableSpec<?> spec, Throwable cause) {
    Matcher matcher = CONSTRAINT.matcher(String.valueOf(cause.getMessage()));
    String rule = matcher.find() ? "constraint " + matcher.group(1) : "NOT NULL";
    return new AtelierException(
        ErrorCode.BAD_TABLE,
        "Table '"
            + spec.name()
            + "' refuses the batch: a row breaks "
            + rule
            + ". Nothing was written.");
  }
}
