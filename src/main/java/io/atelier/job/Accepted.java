package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import java.util.List;
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

  /**
   * Says by which rules there are accepted photos if there are none by the current ones: nothing to
   * do may be a mistake, since other settings, such as the resolution, are other rules.
   */
  static void sayOtherRules(JobContext context, String stage) {
    String version = CurateRules.of(context).version();
    List<String> others =
        context
            .tables()
            .verdicts()
            .read()
            .where(col("decision").equalTo("ACCEPT"))
            .select("rules_version")
            .distinct()
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .sorted()
            .toList();
    if (!others.isEmpty() && !others.contains(version)) {
      context.say(
          "%s: no photo is accepted by the rules %s; there are verdicts by %s: run curate, caption and train with the same settings and the same --checkpoint"
              .formatted(stage, version, String.join(", ", others)));
    }
  }

  private static Dataset<Row> accepted(CurateRules rules, Dataset<Row> verdicts) {
    return verdicts
        .where(col("rules_version").equalTo(rules.version()))
        .where(col("decision").equalTo("ACCEPT"))
        .select("input_id", "subject_id", "asset_id");
  }
}
