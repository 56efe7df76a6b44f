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
  /** {@code dup_bits} of copies with the same pixels. */
  static final Column EQUAL = lit(0);

  /** {@code dup_bits} where hashes were not compared. */
  static final Column NO_BITS = lit(null).cast("int");

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

  /**
   * Verdict rows, with those refused that have such a reason; at most one an input.
   *
   * @param bits {@code dup_bits} of those that are copies, an expression on the refusals
   */
  static Dataset<Row> apply(Dataset<Row> verdicts, Dataset<Row> refusals, Column bits) {
    Dataset<Row> reasons =
        refusals.select(
            col("input_id"),
            col("kept_id").as("_kept"),
            bits.cast("int").as("_bits"),
            struct("code", "value", "threshold", "sentence").as("_reason"));
    Column refused = col("_reason").isNotNull();
    Column[] columns =
        Arrays.stream(verdicts.columns())
            .map(
                name ->
                    switch (name) {
                      case "decision" -> when(refused, lit("REFUSE")).otherwise(col(name)).as(name);
                      case "dup_of" -> coalesce(col("_kept"), col(name)).as(name);
                      case "dup_group" -> coalesce(col("_kept"), col(name)).as(name);
                      case "dup_bits" ->
                          when(col("_kept").isNotNull(), col("_bits"))
                              .otherwise(col(name))
                              .as(name);
                      case "reasons" ->
                          when(refused, concat(col(name), array(col("_reason"))))
                              .otherwise(col(name))
                              .as(name);
                      default -> col(name);
                    })
            .toArray(Column[]::new);
    return verdicts.join(reasons, new String[] {"input_id"}, "left").select(columns);
  }

  /** The same where copies of a photo that is refused as a copy itself come into its group. */
  static Dataset<Row> regroup(Dataset<Row> verdicts, Dataset<Row> refusals, Column bits) {
    Dataset<Row> leaders =
        refusals
            .where("kept_id is not null")
            .select(
                col("input_id").as("dup_group"),
                col("kept_id").as("_kept"),
                bits.cast("int").as("_bits"));
    return apply(verdicts, refusals, bits)
        .join(leaders, new String[] {"dup_group"}, "left")
        .withColumn(
            "dup_bits", when(col("_kept").isNotNull(), col("_bits")).otherwise(col("dup_bits")))
        .withColumn("dup_group", coalesce(col("_kept"), col("dup_group")))
        .drop("_kept", "_bits");
  }
}
