package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;

import io.atelier.image.ReasonCode;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Exact duplicates inside one subject: of the photos with the same oriented pixels one is kept, an
 * earlier accepted one first, then one that could be judged, then the first by path. The same
 * whatever the partitioning.
 */
final class Duplicates {
  private Duplicates() {}

  /**
   * The {@link Refusals} of measured rows that repeat another.
   *
   * @param judged new verdict rows
   * @param kept accepted verdict rows of earlier runs under the same rules
   * @param assets rows of {@code assets} that hold the new rows' paths
   */
  static Dataset<Row> find(
      Dataset<Row> judged, Dataset<Row> kept, Dataset<Row> assets, Dataset<Row> measurements) {
    return candidates(judged, kept, assets)
        .join(measurements.select("asset_id", "pixel_sha256"), "asset_id")
        .where(col("pixel_sha256").isNotNull())
        .withColumn("_leader", first(col("input_id")).over(sameCopies()))
        .where(col("_new").and(col("_leader").notEqual(col("input_id"))))
        .select(
            Refusals.columns(
                col("input_id"),
                ReasonCode.DUPLICATE.name(),
                lit(null),
                lit(null),
                lit(ReasonCode.DUPLICATE.sentence(Double.NaN, Double.NaN)),
                col("_leader")));
  }

  private static Dataset<Row> candidates(
      Dataset<Row> judged, Dataset<Row> kept, Dataset<Row> assets) {
    Dataset<Row> paths = assets.select(col("input_id"), col("source").as("_source"));
    Dataset<Row> fresh =
        judged
            .select(
                col("input_id"),
                col("subject_id"),
                col("asset_id"),
                expr(CurateJob.STUCK.formatted("")).as("_stuck"))
            .join(paths, "input_id")
            .withColumn("_new", lit(true));
    Dataset<Row> earlier =
        kept.select("input_id", "subject_id", "asset_id")
            .withColumn("_stuck", lit(false))
            .withColumn("_source", lit(""))
            .withColumn("_new", lit(false));
    return fresh.unionByName(earlier);
  }

  private static WindowSpec sameCopies() {
    return Window.partitionBy("subject_id", "pixel_sha256")
        .orderBy(col("_new"), col("_stuck"), col("_source"), col("input_id"))
        // The same first row as by range, which a GPU cannot do in the order of booleans.
        .rowsBetween(Window.unboundedPreceding(), Window.currentRow());
  }
}
