package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Which rows repeat a better one that is kept: a greedy pass from the best row down, where a row is
 * kept unless one that was kept before is near it. So chains of small steps do not swallow a whole
 * set. Rows are on no driver: in each round those that no undecided row precedes are kept, and what
 * is near them is left out.
 */
final class Leaders {
  private Leaders() {}

  /**
   * The rows to leave out: {@code id}, {@code kept_id} (the closest row that is kept, of equally
   * close ones the first by id) and {@code bits}.
   *
   * @param near {@code better}, {@code worse} and {@code bits}: each pair of near rows once, {@code
   *     better} the one that ranks first
   */
  static Dataset<Row> leftOut(Dataset<Row> near) {
    Dataset<Row> pairs = persist(near);
    Dataset<Row> out = pairs.select(col("worse").as("id")).limit(0);
    for (Dataset<Row> open = pairs; !open.isEmpty(); ) {
      Dataset<Row> undecided = open.select(col("worse").as("better"));
      Dataset<Row> beaten =
          persist(
              open.join(undecided, new String[] {"better"}, "left_anti")
                  .select(col("worse").as("id"))
                  .distinct());
      out = out.unionByName(beaten);
      open = persist(without(beaten, "worse", without(beaten, "better", open)));
    }
    return without(out, "better", pairs)
        .join(out.withColumnRenamed("id", "worse"), new String[] {"worse"}, "left_semi")
        .groupBy(col("worse").as("id"))
        .agg(min(struct(col("bits"), col("better"))).as("_closest"))
        .select(col("id"), col("_closest.better").as("kept_id"), col("_closest.bits"));
  }

  private static Dataset<Row> without(Dataset<Row> ids, String column, Dataset<Row> pairs) {
    return pairs.join(ids.withColumnRenamed("id", column), new String[] {column}, "left_anti");
  }

  /**
   * Keeps rows that are used more than once, without how they came about: the plans of the rounds,
   * one inside the other, would soon take longer to print than the rounds to run.
   */
  static Dataset<Row> persist(Dataset<Row> rows) {
    return rows.localCheckpoint();
  }
}
