package io.atelier.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.percentile_approx;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.atelier.config.Settings;
import io.atelier.image.Metric;
import io.atelier.image.Reason;
import io.atelier.image.Rule;
import io.atelier.report.CurationReport;
import io.atelier.report.CurationReport.Cause;
import io.atelier.report.CurationReport.Group;
import io.atelier.report.CurationReport.RefusedPhoto;
import io.atelier.report.CurationReport.SubjectSet;
import io.atelier.report.CurationReport.Tally;
import io.atelier.report.Histogram;
import io.atelier.report.Histogram.Limit;
import io.atelier.report.PhotoReport;
import io.atelier.table.AssetRow;
import io.atelier.table.LakeTables;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * Gathers what the page on curation shows: counts and bins that Spark aggregates, and as many rows
 * as the settings let the page show, however large the lake is.
 */
final class CurationData {
  private static final int BINS = 40;
  private static final int COPIES = 7;

  /** The axis leaves out this share of the values at either end, unless a limit is there. */
  private static final double TAIL = 0.005;

  private static final List<Metric> METRICS =
      Arrays.stream(Metric.values()).filter(m -> m.needs() != Metric.Needs.OTHER_PHOTOS).toList();

  private final JobContext context;
  private final LakeTables tables;
  private final Settings.Report limits;
  private final String version;
  private final String setsVersion;
  private final List<Rule> rules;
  private final CurateModels models;
  private final Dataset<Row> judged;

  /** Shows the verdicts by the rules of the settings; where there are none, the newest. */
  CurationData(JobContext context, CurateRules current) {
    this.context = context;
    tables = context.tables();
    limits = context.settings().report();
    Dataset<Row> verdicts = tables.verdicts().read();
    version = newest(verdicts, "created_at", current.version());
    setsVersion =
        newest(
            tables
                .subjectVerdicts()
                .read()
                .where(
                    col("rules_version")
                        .startsWith(version + "/")
                        // As older versions wrote it.
                        .or(col("rules_version").equalTo(version))),
            "updated_at",
            SubjectVerdicts.version(context, current));
    models = current.models();
    // The limits of other rules are not known any more.
    rules = version.equals(current.version()) ? current.rules().rules() : List.of();
    judged =
        verdicts
            .where(col("rules_version").equalTo(version))
            .withColumn("dup_of", coalesce(col("dup_group"), col("dup_of")));
  }

  /** The preferred version of the rules if there are rows of it, else that of the newest row. */
  private static String newest(Dataset<Row> rows, String time, String preferred) {
    List<Row> shown =
        rows.select("rules_version", time)
            .orderBy(col("rules_version").equalTo(preferred).desc(), col(time).desc())
            .limit(1)
            .collectAsList();
    return shown.isEmpty() ? preferred : shown.get(0).getString(0);
  }

  CurationReport read(String title, Instant now) {
    List<Row> causes =
        judged
            .selectExpr("posexplode_outer(reasons) as (pos, reason)", "size(reasons) = 1 as alone")
            .groupBy(col("reason.code").as("code"))
            .agg(
                count(lit(1)).as("photos"),
                sum(when(col("alone"), 1L).otherwise(0L)).as("alone"),
                sum(when(coalesce(col("pos"), lit(0)).equalTo(0), 1L).otherwise(0L)).as("inputs"),
                min("reason.sentence").as("example"))
            .collectAsList();
    long photos = causes.stream().mapToLong(row -> row.<Long>getAs("inputs")).sum();
    long accepted =
        causes.stream()
            .filter(row -> row.getAs("code") == null)
            .mapToLong(row -> row.<Long>getAs("photos"))
            .sum();
    List<Cause> refusals = causes(causes);
    return new CurationReport(
        title,
        now,
        version,
        photos,
        accepted,
        refusals,
        causes(marks()),
        histograms(),
        verdicts(),
        subjects(),
        refused(refusals.stream().map(Cause::code).toList()),
        groups(),
        judged.where("dup_of is not null").select("dup_of").distinct().count());
  }

  private List<Row> marks() {
    return judged
        .select(explode(col("warnings")).as("reason"))
        .groupBy(col("reason.code").as("code"))
        .agg(count(lit(1)).as("photos"), lit(0L).as("alone"), min("reason.sentence").as("example"))
        .collectAsList();
  }

  private static List<Cause> causes(List<Row> rows) {
    return rows.stream()
        .filter(row -> row.getAs("code") != null)
        .map(
            row ->
                new Cause(
                    row.getAs("code"),
                    row.<Long>getAs("photos"),
                    row.<Long>getAs("alone"),
                    row.getAs("example")))
        .sorted(Comparator.comparingLong(Cause::photos).reversed().thenComparing(Cause::code))
        .toList();
  }

  /** Two passes over the numbers: where they lie, then how many lie in each bin. */
  private List<Histogram> histograms() {
    Dataset<Row> measured =
        Predictions.beside(
            context,
            models,
            tables
                .measurements()
                .read()
                .where("status = 'MEASURED'")
                .join(
                    judged.select("asset_id", "measurer"),
                    new String[] {"asset_id", "measurer"},
                    "left_semi"));
    List<Histogram> axes = axes(measured);
    if (axes.isEmpty()) {
      return axes;
    }
    Column[] bins =
        IntStream.range(0, axes.size())
            .mapToObj(i -> struct(lit(i).as("axis"), bin(axes.get(i)).as("bin")))
            .toArray(Column[]::new);
    long[][] counts = new long[axes.size()][BINS];
    measured
        .select(explode(array(bins)).as("b"))
        .where("b.bin is not null")
        .groupBy("b.axis", "b.bin")
        .count()
        .collectAsList()
        .forEach(row -> counts[row.getInt(0)][row.getInt(1)] = row.getLong(2));
    return IntStream.range(0, axes.size())
        .mapToObj(
            i ->
                new Histogram(
                    axes.get(i).metric(),
                    axes.get(i).low(),
                    axes.get(i).high(),
                    Arrays.stream(counts[i]).boxed().toList(),
                    axes.get(i).limits()))
        .toList();
  }

  private static Column bin(Histogram axis) {
    Column value = col(axis.metric());
    Column bin =
        floor(value.minus(axis.low()).divide(axis.high() - axis.low()).multiply(BINS)).cast("int");
    return when(value.isNotNull(), least(lit(BINS - 1), greatest(lit(0), bin)));
  }

  /** Histograms without counts, of what was measured at all. */
  private List<Histogram> axes(Dataset<Row> measured) {
    Column[] ends =
        METRICS.stream()
            .map(
                metric ->
                    percentile_approx(
                            col(metric.column()), array(lit(TAIL), lit(1 - TAIL)), lit(10_000))
                        .as(metric.column()))
            .toArray(Column[]::new);
    Row row = measured.agg(ends[0], Arrays.copyOfRange(ends, 1, ends.length)).first();
    List<Histogram> axes = new ArrayList<>();
    for (int i = 0; i < METRICS.size(); i++) {
      if (!row.isNullAt(i)) {
        List<Double> range = row.getList(i);
        axes.add(axis(METRICS.get(i), range.get(0), range.get(1)));
      }
    }
    return axes;
  }

  private Histogram axis(Metric metric, double least, double most) {
    List<Limit> on =
        rules.stream()
            .filter(rule -> rule.metric() == metric)
            .map(
                rule ->
                    new Limit(
                        rule.code(),
                        rule.threshold(),
                        rule.comparison() == Rule.Comparison.BELOW,
                        rule.severity() == Reason.Severity.REJECT))
            .toList();
    double low = on.stream().mapToDouble(Limit::threshold).reduce(least, Math::min);
    double high = on.stream().mapToDouble(Limit::threshold).reduce(most, Math::max);
    // A limit at the very end would lie on the frame.
    double margin = high > low ? 0.03 * (high - low) : Math.max(1e-3, 0.5 * Math.abs(low));
    return new Histogram(metric.column(), low - margin, high + margin, List.of(), on);
  }

  private Dataset<Row> subjectVerdicts() {
    return tables.subjectVerdicts().read().where(col("rules_version").equalTo(setsVersion));
  }

  private List<Tally> verdicts() {
    return subjectVerdicts().groupBy("verdict").count().orderBy("verdict").collectAsList().stream()
        .map(row -> new Tally(row.getString(0), row.getLong(1)))
        .toList();
  }

  /** The verdicts' names are in the order of urgency. */
  private List<SubjectSet> subjects() {
    return subjectVerdicts()
        .join(names(), "subject_id")
        .orderBy("verdict", "name")
        .limit(limits.subjects())
        .select(
            col("name"),
            col("verdict"),
            col("photos"),
            col("accepted"),
            col("reasons.sentence").as("sentences"))
        .collectAsList()
        .stream()
        .map(
            row ->
                new SubjectSet(
                    row.getString(0),
                    row.getString(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getList(4)))
        .toList();
  }

  private Dataset<Row> names() {
    return tables.subjects().read().select("subject_id", "name");
  }

  /** Some of each first reason, in the order of the reasons; copies are shown in their groups. */
  private List<RefusedPhoto> refused(List<String> codes) {
    Dataset<Row> some =
        judged
            .where("decision = 'REFUSE' and dup_of is null")
            .withColumn("_first", expr("reasons[0].code"))
            .withColumn(
                "_rank", row_number().over(Window.partitionBy("_first").orderBy("input_id")))
            .where(col("_rank").leq(limits.refusedPhotos()));
    return described(some).stream()
        .sorted(Comparator.comparing(row -> codes.indexOf(row.<String>getAs("_first"))))
        .map(row -> new RefusedPhoto(row.getAs("name"), photo(row)))
        .toList();
  }

  /** The largest groups, each with the first of its copies. */
  private List<Group> groups() {
    Dataset<Row> repeats = judged.where("dup_of is not null");
    List<Row> largest =
        repeats
            .groupBy("dup_of")
            .count()
            .orderBy(col("count").desc(), col("dup_of"))
            .limit(limits.duplicateGroups())
            .collectAsList();
    Object[] leaders = largest.stream().map(row -> row.getString(0)).toArray();
    Dataset<Row> copies =
        repeats
            .where(col("dup_of").isin(leaders))
            .withColumn(
                "_rank", row_number().over(Window.partitionBy("dup_of").orderBy("input_id")))
            .where(col("_rank").leq(COPIES))
            .drop("_rank");
    Dataset<Row> kept = judged.where(col("input_id").isin(leaders));
    Map<String, List<Row>> members =
        described(copies.unionByName(kept)).stream()
            .collect(Collectors.groupingBy(CurationData::group));
    return largest.stream()
        .filter(row -> members.containsKey(row.getString(0)))
        .map(row -> group(members.get(row.getString(0)), row.getString(0), row.getLong(1)))
        .toList();
  }

  private static String group(Row photo) {
    String leader = photo.getAs("dup_of");
    return leader == null ? photo.getAs("input_id") : leader;
  }

  private Group group(List<Row> members, String leader, long size) {
    Row kept =
        members.stream()
            .filter(row -> row.getAs("input_id").equals(leader))
            .findFirst()
            .orElse(members.get(0));
    return new Group(
        kept.getAs("name"),
        photo(kept),
        members.stream().filter(row -> row != kept).map(this::photo).toList(),
        size);
  }

  private List<Row> described(Dataset<Row> verdicts) {
    return verdicts
        .join(tables.assets().read().select("input_id", "source", "member", "uri"), "input_id")
        .join(names(), "subject_id")
        .orderBy("input_id")
        .collectAsList();
  }

  private PhotoReport photo(Row row) {
    String uri = row.getAs("uri");
    boolean measured = row.getAs("bucket_width") != null;
    return new PhotoReport(
        AssetRow.place(row),
        row.getAs("decision").equals("ACCEPT"),
        ReportPhotos.reasons(row, "reasons").toList(),
        null,
        measured ? ReportPhotos.image(context, uri) : null);
  }
}
