package io.atelier.job;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Rows by whether other rows have their key. */
final class Joins {
  private Joins() {}

  /** The rows whose key is among others. */
  static Dataset<Row> with(Dataset<Row> rows, Dataset<Row> others, String key) {
    return rows.join(others.select(key), new String[] {key}, "left_semi");
  }

  /** The rows whose key is not among others. */
  static Dataset<Row> without(Dataset<Row> rows, Dataset<Row> others, String key) {
    return rows.join(others.select(key), new String[] {key}, "left_anti");
  }
}
