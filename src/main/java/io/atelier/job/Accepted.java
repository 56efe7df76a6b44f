package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The photos that the current rules accept. */
final class Accepted {
  private Accepted() {}

  /**
   * One row a photo: {@code input_id}, {@code subject_id}, and the columns of {@code measurements}.
   */
  static Dataset<Row> photos(JobContext context) {
    CurateRules rules = CurateRules.of(context);
    return context
        .tables()
        .verdicts()
        .read()
        .where(col("rules_version").equalTo(rules.version()))
        .where(col("decision").equalTo("ACCEPT"))
        .select("input_id", "subject_id", "asset_id")
        .join(Measurements.read(context, rules), "asset_id");
  }
}
