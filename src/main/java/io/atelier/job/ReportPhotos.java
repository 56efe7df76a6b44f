package io.atelier.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.atelier.report.ImageBytes;
import io.atelier.report.PhotoCounts;
import io.atelier.report.PhotoReport;
import io.atelier.report.ReasonReport;
import io.atelier.table.AssetRow;
import io.atelier.table.LakeTables;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * What a report shows of photos, by their verdicts under the rules of the settings, where there are
 * none by the newest: Spark counts all of them, and only the best ones come to the driver.
 */
final class ReportPhotos {
  private final JobContext context;
  private final LakeTables tables;
  private final String rules;

  ReportPhotos(JobContext context, CurateRules rules) {
    this.context = context;
    this.tables = context.tables();
    this.rules = rules.version();
  }

  /** A row a subject: {@code subject_id}, {@code photos}, {@code accepted}, {@code captioned}. */
  Dataset<Row> counts() {
    Dataset<Row> verdicts =
        current(tables.verdicts().read()).select("input_id", "subject_id", "decision");
    Dataset<Row> captions =
        tables.captions().read().select("input_id").distinct().withColumn("_text", lit(true));
    Column accepted = col("decision").equalTo("ACCEPT");
    Column captioned = accepted.and(col("_text").isNotNull());
    return verdicts
        .join(captions, new String[] {"input_id"}, "left")
        .groupBy("subject_id")
        .agg(
            count(lit(1)).as("photos"),
            sum(when(accepted, 1L).otherwise(0L)).as("accepted"),
            sum(when(captioned, 1L).otherwise(0L)).as("captioned"));
  }

  private Dataset<Row> current(Dataset<Row> verdicts) {
    Column order = struct(col("rules_version").equalTo(rules), col("created_at"));
    return Newest.of(verdicts.withColumn("_order", order), "input_id", "_order").drop("_order");
  }

  /** The counts of some subjects, by id. */
  Map<String, PhotoCounts> counts(Dataset<Row> subjects) {
    Map<String, PhotoCounts> counts = new HashMap<>();
    for (Row row : Joins.with(counts(), subjects, "subject_id").collectAsList()) {
      counts.put(row.getString(0), new PhotoCounts(row.getLong(1), row.getLong(2), row.getLong(3)));
    }
    return counts;
  }

  /**
   * The sharpest accepted photos of some subjects and then the sharpest refused ones, by subject.
   *
   * @param most of each
   */
  Map<String, List<PhotoReport>> best(Dataset<Row> subjects, int most) {
    Dataset<Row> best = Leaders.persist(ranked(subjects).where(col("_place").leq(most)));
    Dataset<Row> captions =
        Newest.of(Joins.with(tables.captions().read(), best, "input_id"), "input_id", "created_at")
            .select("input_id", "text");
    Dataset<Row> assets =
        Joins.with(tables.assets().read(), best, "input_id")
            .select("input_id", "source", "member", "uri");
    return best
        .join(assets, "input_id")
        .join(captions, new String[] {"input_id"}, "left")
        .collectAsList()
        .stream()
        .sorted(
            Comparator.comparing((Row row) -> row.<String>getAs("decision"))
                .thenComparing(row -> row.<Integer>getAs("_place")))
        .collect(
            Collectors.groupingBy(
                row -> row.getAs("subject_id"),
                Collectors.mapping(this::photo, Collectors.toList())));
  }

  /** With {@code _place} among the accepted or refused ones of the subject. */
  private Dataset<Row> ranked(Dataset<Row> subjects) {
    Dataset<Row> verdicts = current(Joins.with(tables.verdicts().read(), subjects, "subject_id"));
    Dataset<Row> sharpness =
        Joins.with(tables.measurements().read(), verdicts, "asset_id")
            .where("status = 'MEASURED'")
            .groupBy("asset_id")
            .agg(max(coalesce(col("sharpness"), lit(0.0))).as("_sharpness"));
    return verdicts
        .select("input_id", "subject_id", "asset_id", "decision", "reasons", "warnings")
        .join(sharpness, new String[] {"asset_id"}, "left")
        .withColumn(
            "_place",
            row_number()
                .over(
                    Window.partitionBy("subject_id", "decision")
                        .orderBy(coalesce(col("_sharpness"), lit(0.0)).desc(), col("input_id"))));
  }

  private PhotoReport photo(Row row) {
    boolean decoded = row.getAs("_sharpness") != null;
    return new PhotoReport(
        AssetRow.place(row),
        row.getAs("decision").equals("ACCEPT"),
        Stream.concat(reasons(row, "reasons"), reasons(row, "warnings")).toList(),
        row.getAs("text"),
        decoded ? image(context, row.getAs("uri")) : null);
  }

  /** The reasons in a column of a verdict. */
  static Stream<ReasonReport> reasons(Row row, String column) {
    List<Row> reasons = row.getList(row.fieldIndex(column));
    return reasons.stream()
        .map(
            reason ->
                new ReasonReport(
                    reason.getAs("code"),
                    reason.getAs("sentence"),
                    reason.getAs("value"),
                    reason.getAs("threshold")));
  }

  /** A file of the lake, read when it is drawn; null for none. */
  static ImageBytes image(JobContext context, String uri) {
    return uri == null ? null : () -> context.store().read(context.lake().resolve(uri));
  }
}
