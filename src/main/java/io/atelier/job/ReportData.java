package io.atelier.job;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;

import io.atelier.provenance.CodeVersion;
import io.atelier.report.AdapterReport;
import io.atelier.report.ImageBytes;
import io.atelier.report.LossPoint;
import io.atelier.report.Outcome;
import io.atelier.report.PhotoReport;
import io.atelier.report.PictureReport;
import io.atelier.report.ReasonReport;
import io.atelier.report.RunFacts;
import io.atelier.report.RunReport;
import io.atelier.report.StageSummary;
import io.atelier.report.SubjectReport;
import io.atelier.store.Locations;
import io.atelier.table.AdapterRow;
import io.atelier.table.AssetRow;
import io.atelier.table.CaptionRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.LakeTables;
import io.atelier.table.RequestRow;
import io.atelier.table.RunRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.VerdictRow;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** Gathers what a report shows from the tables; images stay where they are until they are drawn. */
final class ReportData {
  private final JobContext context;
  private final Map<String, AssetRow> assets;
  private final Map<String, List<VerdictRow>> verdicts;
  private final Map<String, Double> sharpness;
  private final Map<String, String> captions;
  private final Map<String, AdapterRow> adapters;
  private final Map<String, String> trainings;
  private final Map<String, List<LossPoint>> losses;
  private final Map<String, List<RequestRow>> requests;
  private final Map<String, GenerationRow> generations;

  /**
   * Reads the tables.
   *
   * @param curvePoints most points of a training's curve
   */
  ReportData(JobContext context, int curvePoints) {
    this.context = context;
    LakeTables tables = context.tables();
    assets = byKey(tables.assets().rows(), AssetRow::inputId);
    verdicts =
        grouped(
            tables.verdicts().rows(newest(tables.verdicts().read(), "input_id", "created_at")),
            VerdictRow::subjectId);
    sharpness = sharpness(tables);
    captions =
        tables.captions().rows().stream()
            .sorted(Comparator.comparing(CaptionRow::createdAt))
            .collect(Collectors.toMap(CaptionRow::inputId, CaptionRow::text, (old, now) -> now));
    Dataset<Row> newest = newest(tables.adapters().read(), "subject_id", "created_at");
    adapters = byKey(tables.adapters().rows(newest), AdapterRow::subjectId);
    trainings =
        tables.adapters().rows().stream()
            .collect(Collectors.toMap(AdapterRow::adapterId, AdapterRow::training));
    losses = LossCurves.read(shown(tables, newest), curvePoints);
    requests = grouped(tables.requests().rows(), row -> training(row.adapterId()));
    generations = byKey(tables.generations().rows(), GenerationRow::requestId);
  }

  /**
   * The steps of the trainings that gave some adapters, whichever adapter they were written for.
   */
  private static Dataset<Row> shown(LakeTables tables, Dataset<Row> adapters) {
    Column training = coalesce(col("training_id"), col("adapter_id")).as("training");
    Dataset<Row> wanted = adapters.select(training).distinct();
    Dataset<Row> names =
        tables
            .adapters()
            .read()
            .select(col("adapter_id"), training)
            .join(wanted, new String[] {"training"}, "left_semi");
    return tables.trainingSteps().read().join(broadcast(names), "adapter_id");
  }

  private String training(String adapterId) {
    return trainings.getOrDefault(adapterId, adapterId);
  }

  RunReport read() {
    List<SubjectReport> subjects =
        context.tables().subjects().rows().stream()
            .sorted(Comparator.comparing(SubjectRow::name))
            .map(this::subject)
            .toList();
    return new RunReport(title(), context.now(), facts(), List.of(), subjects, stages());
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
    Dataset<Row> newest = newest(context.tables().runs().read(), "stage", "finished_at");
    return context.tables().runs().rows(newest).stream()
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
    List<PhotoReport> photos =
        verdicts.getOrDefault(row.subjectId(), List.of()).stream()
            .sorted(this::bestFirst)
            .map(this::photo)
            .toList();
    return new SubjectReport(
        row.name(),
        row.classNoun(),
        row.triggerToken(),
        row.consent(),
        photos,
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

  /** Of every photo that could be decoded; 0 for one without texture. */
  private static Map<String, Double> sharpness(LakeTables tables) {
    Map<String, Double> sharpness = new HashMap<>();
    tables
        .measurements()
        .read()
        .where("status = 'MEASURED'")
        .selectExpr("asset_id", "coalesce(sharpness, 0.0)")
        .collectAsList()
        .forEach(row -> sharpness.put(row.getString(0), row.getDouble(1)));
    return sharpness;
  }

  private int bestFirst(VerdictRow a, VerdictRow b) {
    return Comparator.comparing(VerdictRow::decision)
        .thenComparing(row -> sharpness.getOrDefault(row.assetId(), 0.0), Comparator.reverseOrder())
        .thenComparing(VerdictRow::inputId)
        .compare(a, b);
  }

  private PhotoReport photo(VerdictRow row) {
    AssetRow asset = assets.get(row.inputId());
    List<ReasonReport> reasons =
        Stream.concat(row.reasons().stream(), row.warnings().stream())
            .map(r -> new ReasonReport(r.code(), r.sentence(), r.value(), r.threshold()))
            .toList();
    return new PhotoReport(
        asset.source(),
        row.decision().equals("ACCEPT"),
        reasons,
        captions.get(row.inputId()),
        sharpness.containsKey(row.assetId()) ? image(asset.uri()) : null);
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
        outcome == Outcome.DONE ? image(made.uri()) : null);
  }

  /** A picture that was not allowed has not failed. */
  private static Outcome outcome(GenerationRow row) {
    if (row.status().equals("DONE")) {
      return Outcome.DONE;
    }
    return Contracts.isRefusal(row.reason()) ? Outcome.PENDING : Outcome.FAILED;
  }

  private ImageBytes image(String uri) {
    return uri == null ? null : () -> context.store().read(context.lake().resolve(uri));
  }

  private static Dataset<Row> newest(Dataset<Row> rows, String of, String by) {
    return rows.withColumn(
            "_rank", row_number().over(Window.partitionBy(of).orderBy(col(by).desc())))
        .where(col("_rank").equalTo(lit(1)));
  }

  private static <R> Map<String, R> byKey(List<R> rows, Function<R, String> key) {
    return rows.stream().collect(Collectors.toMap(key, row -> row));
  }

  private static <R> Map<String, List<R>> grouped(List<R> rows, Function<R, String> key) {
    return rows.stream().collect(Collectors.groupingBy(key));
  }
}
