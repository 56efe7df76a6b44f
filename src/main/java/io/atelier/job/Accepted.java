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
    return accepted(rules, context.tables().verdicts().read())
        .join(Measurements.read(context, rules), "asset_id");
  }

  /** The same of some rows of {@code verdicts}. */
  static Dataset<Row> photos(JobContext context, CurateRules rules, Dataset<Row> verdicts) {
    Dataset<Row> accepted = accepted(rules, verdicts);
    return accepted.join(Measurements.of(context, rules, accepted), "asset_id");
  }

  private static Dataset<Row> accepted(CurateRules rules, Dataset<Row> verdicts) {
    return verdicts
        .where(col("rules_version").equalTo(rules.version()))
        .where(col("decision").equalTo("ACCEPT"))
        .select("input_id", "subject_id", "asset_id");
  }
}
