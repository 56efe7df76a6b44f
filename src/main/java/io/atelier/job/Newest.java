package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** Of several rows on one thing the one that was written last. */
final class Newest {
  private Newest() {}

  /**
   * One row for each value of a column.
   *
   * @param by the column that tells which is the newest
   */
  static Dataset<Row> of(Dataset<Row> rows, String column, String by) {
    return rows.withColumn(
            "_rank", row_number().over(Window.partitionBy(column).orderBy(col(by).desc())))
        .where(col("_rank").equalTo(1))
        .drop("_rank");
  }
}
