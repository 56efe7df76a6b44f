package io.atelier.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.atelier.image.ReasonCode;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Exact duplicates inside one subject: of the photos with the same oriented pixels one is kept, an
 * earlier accepted one first, then the first by path. The same whatever the partitioning.
 */
final class Duplicates {
  private Duplicates() {}

  /**
   * The measured rows, those that repeat another refused.
   *
   * @param measured new verdict rows
   * @param known verdict rows of earlier runs under the same rules
   * @param assets rows of {@code assets} that hold the new rows' paths
   */
  static Dataset<Row> refuse(Dataset<Row> measured, Dataset<Row> known, Dataset<Row> assets) {
    Column[] columns =
        java.util.Arrays.stream(measured.columns())
            .map(name -> name.equals("reasons") ? reasons() : original(name))
            .toArray(Column[]::new);
    return candidates(measured, known, assets)
        .withColumn("_leader", first(col("input_id")).over(sameCopies()))
        .withColumn("_dup", isDuplicate())
        .where(col("_new"))
        .select(columns);
  }

  private static Dataset<Row> candidates(
      Dataset<Row> measured, Dataset<Row> known, Dataset<Row> assets) {
    Dataset<Row> paths = assets.select(col("input_id"), col("source").as("_source"));
    Dataset<Row> fresh =
        measured.join(paths, new String[] {"input_id"}, "left").withColumn("_new", lit(true));
    Dataset<Row> kept =
        known
            .where("decision = 'ACCEPT'")
            .withColumn("_source", lit(""))
            .withColumn("_new", lit(false));
    return fresh.unionByName(kept);
  }

  private static WindowSpec sameCopies() {
    return Window.partitionBy("subject_id", "pixel_sha256")
        .orderBy(col("_new"), col("_source"), col("input_id"));
  }

  private static Column isDuplicate() {
    return col("pixel_sha256").isNotNull().and(col("_leader").notEqual(col("input_id")));
  }

  private static Column original(String name) {
    return switch (name) {
      case "decision" -> when(col("_dup"), lit("REFUSE")).otherwise(col(name)).as(name);
      case "dup_of" -> when(col("_dup"), col("_leader")).otherwise(col(name)).as(name);
      default -> col(name);
    };
  }

  private static Column reasons() {
    String sentence = ReasonCode.DUPLICATE.sentence(Double.NaN, Double.NaN);
    Column duplicate =
        struct(
            lit(ReasonCode.DUPLICATE.name()).as("code"),
            lit(null).cast("double").as("value"),
            lit(null).cast("double").as("threshold"),
            lit(sentence).as("sentence"));
    return when(col("_dup"), concat(col("reasons"), array(duplicate)))
        .otherwise(col("reasons"))
        .as("reasons");
  }
}
