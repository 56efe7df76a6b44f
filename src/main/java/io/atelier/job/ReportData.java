package io.atelier.job;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.atelier.provenance.CodeVersion;
import io.atelier.report.AdapterReport;
import io.atelier.report.Counts;
import io.atelier.report.LossPoint;
import io.atelier.report.Outcome;
import io.atelier.report.PhotoCounts;
import io.atelier.report.PhotoReport;
import io.atelier.report.PictureReport;
import io.atelier.report.ReportLimits;
import io.atelier.report.RunFacts;
import io.atelier.report.RunReport;
import io.atelier.report.StageSummary;
import io.atelier.report.SubjectReport;
import io.atelier.store.Locations;
import io.atelier.table.AdapterRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.LakeTables;
import io.atelier.table.LikenessRow;
import io.atelier.table.RequestRow;
import io.atelier.table.RunRow;
import io.atelier.table.SubjectRow;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Gathers what a report shows from the tables: counts that Spark makes, and the rows of as many
 * subjects and photos as are shown, however large the lake is. Images stay where they are until
 * they are drawn.
 */
final class ReportData {
  private static final Column REASON = col("reason");

  private final JobContext context;
  private final LakeTables tables;
  private final ReportPhotos photos;
  private final List<SubjectRow> subjects;
  private final Map<String, List<PhotoReport>> photosOf;
  private final Map<String, PhotoCounts> countsOf;
  private final Map<String, AdapterRow> adapters;
  private final Map<String, String> trainings;
  private final Map<String, List<LossPoint>> losses;
  private final Map<String, List<RequestRow>> requests;
  private final Map<String, GenerationRow> generations;
  private final Map<String, Double> likenesses;

  /** Reads the tables. */
  ReportData(JobContext context, CurateRules rules, ReportLimits limits) {
    this.context = context;
    tables = context.tables();
    photos = new ReportPhotos(context, rules);
    subjects = shown(limits.subjects());
    Dataset<Row> shown = tables.subjects().dataset(subjects).select("subject_id");
    countsOf = photos.counts(shown);
    photosOf = photos.best(shown, limits.photos());
    Dataset<Row> newest = Joins.with(newestAdapters(), shown, "subject_id");
    adapters = byKey(tables.adapters().rows(newest), AdapterRow::subjectId);
    trainings =
        tables.adapters().rows(Joins.with(tables.adapters().read(), shown, "subject_id")).stream()
            .collect(Collectors.toMap(AdapterRow::adapterId, AdapterRow::training));
    losses = LossCurves.read(steps(newest), limits.curvePoints());
    Dataset<Row> asked = Joins.with(tables.requests().read(), shown, "subject_id");
    requests = grouped(tables.requests().rows(asked), row -> training(row.adapterId()));
    generations =
        byKey(
            tables.generations().rows(Joins.with(tables.generations().read(), asked, "request_id")),
            GenerationRow::requestId);
    likenesses = likenesses(asked);
  }

  /** By the pictures' pixels; of several the newest. */
  private Map<String, Double> likenesses(Dataset<Row> asked) {
    Dataset<Row> measured =
        Joins.with(tables.likenesses().read().where("status = 'DONE'"), asked, "request_id");
    return tables.likenesses().rows(Newest.of(measured, "pixel_sha256", "created_at")).stream()
        .collect(Collectors.toMap(LikenessRow::pixelSha256, LikenessRow::likeness));
  }

  private Dataset<Row> newestAdapters() {
    return Newest.of(tables.adapters().read(), "subject_id", "created_at");
  }

  /** All subjects; of too many those with failures first. */
  private List<SubjectRow> shown(int most) {
    Dataset<Row> all = tables.subjects().read();
    if (all.count() <= most) {
      return tables.subjects().rows(all);
    }
    Dataset<Row> failed =
        Stream.of(
                failed(newestAdapters(), TrainJob.isNotReady(REASON)),
                failed(tables.generations().read(), Contracts.isRefusal(REASON)))
            .map(rows -> rows.select("subject_id"))
            .reduce(Dataset::unionByName)
            .orElseThrow()
            .distinct()
            .withColumn("_failed", lit(true));
    return tables
        .subjects()
        .rows(
            all.join(failed, new String[] {"subject_id"}, "left")
                .orderBy(col("_failed").isNull(), col("name"), col("subject_id"))
                .limit(most));
  }

  /**
   * The rows of what failed.
   *
   * @param excuse whether a reason is that something may not be done, or not yet
   */
  private static Dataset<Row> failed(Dataset<Row> rows, Column excuse) {
    return rows.where("status = 'FAILED'").where(not(coalesce(excuse, lit(false))));
  }

  /** The steps of the trainings that gave some adapters, whichever they were written for. */
  private Dataset<Row> steps(Dataset<Row> adapters) {
    return tables.trainingSteps().read().join(broadcast(sameTraining(adapters)), "adapter_id");
  }

  /** {@code adapter_id} and {@code training} of all adapters of the trainings of some. */
  private Dataset<Row> sameTraining(Dataset<Row> adapters) {
    Column training = coalesce(col("training_id"), col("adapter_id")).as("training");
    return Joins.with(
        tables.adapters().read().select(col("adapter_id"), training),
        adapters.select(training),
        "training");
  }

  private String training(String adapterId) {
    return trainings.getOrDefault(adapterId, adapterId);
  }

  RunReport read() {
    List<SubjectReport> reports =
        subjects.stream()
            .sorted(Comparator.comparing(SubjectRow::name))
            .map(this::subject)
            .toList();
    RunReport shown = new RunReport(title(), context.now(), facts(), List.of(), reports, stages());
    long number = tables.subjects().read().count();
    return number == reports.size() ? shown : shown.with(counts(number));
  }

  /** Of all subjects, shown or not. */
  private Counts counts(long number) {
    Row in =
        photos
            .counts()
            .agg(
                sum("photos"),
                sum("accepted"),
                sum("captioned"),
                count(when(col("accepted").gt(0), 1)))
            .head();
    Dataset<Row> newest = newestAdapters();
    Dataset<Row> done =
        tables
            .generations()
            .read()
            .where("status = 'DONE'")
            .select(col("request_id"), lit(true).as("_done"));
    Dataset<Row> asked = Joins.with(tables.requests().read(), sameTraining(newest), "adapter_id");
    Dataset<Row> spoilt = failed(tables.generations().read(), Contracts.isRefusal(REASON));
    long failures =
        number
            - number(in, 3)
            + failed(newest, TrainJob.isNotReady(REASON)).count()
            + Joins.with(spoilt, asked, "request_id").count();
    Row pictures =
        asked
            .join(done, new String[] {"request_id"}, "left")
            .agg(count(lit(1)), count("_done"))
            .head();
    return new Counts(
        number(in, 0),
        number(in, 1),
        number(in, 2),
        number,
        newest.where("status = 'TRAINED'").count(),
        number(pictures, 0),
        number(pictures, 1),
        failures);
  }

  private static long number(Row row, int column) {
    return row.isNullAt(column) ? 0 : row.getLong(column);
  }

  /** The lake's own name. */
  private String title() {
    String path = context.lake().root().getPath().replaceAll("/+$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private RunFacts facts() {
    Optional<AdapterRow> any = adapters.values().stream().findFirst();
    Optional<GenerationRow> picture = generations.values().stream().findFirst();
    return new RunFacts(
        context.runId(),
        any.map(row -> String.valueOf(Path.of(row.baseUri()).getFileName())).orElse(null),
        any.map(AdapterRow::baseCheckpoint).orElse(null),
        CodeVersion.current(),
        Locations.text(context.lake().root()),
        picture.map(GenerationRow::precision).orElse(null),
        picture.map(GenerationRow::device).orElse(null));
  }

  private List<StageSummary> stages() {
    Dataset<Row> newest = Newest.of(tables.runs().read(), "stage", "finished_at");
    return tables.runs().rows(newest).stream()
        .sorted(Comparator.comparing(RunRow::finishedAt))
        .map(ReportData::stage)
        .toList();
  }

  private static StageSummary stage(RunRow row) {
    long written = row.outputs().values().stream().mapToLong(Long::longValue).sum();
    return new StageSummary(
        row.stage(), row.status(), row.counts().getOrDefault("total", 0L), written, row.seconds());
  }

  private SubjectReport subject(SubjectRow row) {
    AdapterRow adapter = adapters.get(row.subjectId());
    String training = adapter == null ? "" : adapter.training();
    return new SubjectReport(
        row.name(),
        row.classNoun(),
        row.triggerToken(),
        row.consent(),
        photosOf.getOrDefault(row.subjectId(), List.of()),
        countsOf.getOrDefault(row.subjectId(), new PhotoCounts(0, 0, 0)),
        adapter == null ? null : adapter(adapter),
        losses.getOrDefault(training, List.of()),
        requests.getOrDefault(training, List.of()).stream()
            .sorted(
                Comparator.comparing(RequestRow::pack)
                    .thenComparing(RequestRow::look)
                    .thenComparing(RequestRow::seed))
            .map(this::picture)
            .toList());
  }

  private static AdapterReport adapter(AdapterRow row) {
    return new AdapterReport(
        row.adapterId(),
        outcome(row),
        row.reason(),
        row.steps(),
        row.rank(),
        row.firstLoss(),
        row.finalLoss(),
        row.seconds());
  }

  /** A subject that is not ready has not failed: it waits for photos or consent. */
  private static Outcome outcome(AdapterRow row) {
    if (row.status().equals("TRAINED")) {
      return Outcome.DONE;
    }
    return TrainJob.isNotReady(row.reason()) ? Outcome.PENDING : Outcome.FAILED;
  }

  private PictureReport picture(RequestRow row) {
    GenerationRow made = generations.get(row.requestId());
    Outcome outcome = made == null ? Outcome.PENDING : outcome(made);
    return new PictureReport(
        row.pack().substring(0, row.pack().indexOf('@')),
        row.look(),
        row.seed(),
        row.prompt(),
        outcome,
        made == null ? null : made.reason(),
        outcome == Outcome.DONE ? likenesses.get(made.pixelSha256()) : null,
        outcome == Outcome.DONE ? ReportPhotos.image(context, made.uri()) : null);
  }

  /** A picture that was not allowed has not failed. */
  private static Outcome outcome(GenerationRow row) {
    if (row.status().equals("DONE")) {
      return Outcome.DONE;
    }
    return Contracts.isRefusal(row.reason()) ? Outcome.PENDING : Outcome.FAILED;
  }

  private static <R> Map<String, R> byKey(List<R> rows, Function<R, String> key) {
    return rows.stream().collect(Collectors.toMap(key, row -> row));
  }

  private static <R> Map<String, List<R>> grouped(List<R> rows, Function<R, String> key) {
    return rows.stream().collect(Collectors.groupingBy(key));
  }
}
