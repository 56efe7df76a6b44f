package io.atelier.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Reasons that come from a photo's place among others: a row each, with {@code input_id}, {@code
 * code}, {@code value}, {@code threshold}, {@code sentence} and {@code kept_id}, the input that is
 * kept instead, or null.
 */
final class Refusals {
  private Refusals() {}

  /** One such reason for the rows it is selected from. */
  static Column[] columns(
      Column input, String code, Column value, Column threshold, Column sentence, Column kept) {
    return new Column[] {
      input.as("input_id"),
      lit(code).as("code"),
      value.cast("double").as("value"),
      threshold.cast("double").as("threshold"),
      sentence.as("sentence"),
      kept.cast("string").as("kept_id")
    };
  }

  /** Verdict rows, with those refused that have such a reason; at most one an input. */
  static Dataset<Row> apply(Dataset<Row> verdicts, Dataset<Row> refusals) {
    Dataset<Row> reasons =
        refusals.select(
            col("input_id"),
            col("kept_id").as("_kept"),
            struct("code", "value", "threshold", "sentence").as("_reason"));
    Column refused = col("_reason").isNotNull();
    // Exact copies have no value.
    Column bits = coalesce(col("_reason.value"), lit(0)).cast("int");
    Column[] columns =
        Arrays.stream(verdicts.columns())
            .map(
                name ->
                    switch (name) {
                      case "decision" -> when(refused, lit("REFUSE")).otherwise(col(name)).as(name);
                      case "dup_of" -> coalesce(col("_kept"), col(name)).as(name);
                      case "dup_group" -> coalesce(col("_kept"), col(name)).as(name);
                      case "dup_bits" ->
                          when(col("_kept").isNotNull(), bits).otherwise(col(name)).as(name);
                      case "reasons" ->
                          when(refused, concat(col(name), array(col("_reason"))))
                              .otherwise(col(name))
                              .as(name);
                      default -> col(name);
                    })
            .toArray(Column[]::new);
    return verdicts.join(reasons, new String[] {"input_id"}, "left").select(columns);
  }
}
