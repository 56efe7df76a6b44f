package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.config.Settings;
import io.atelier.table.AdapterRow;
import io.atelier.table.LakeTables;
import io.atelier.table.LikenessRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.TxnId;
import io.atelier.worker.LikenessJob;
import io.atelier.worker.LikenessJob.MadePicture;
import io.atelier.worker.LikenessSpec;
import io.atelier.worker.MeasureLikeness;
import io.atelier.worker.MeasuredLikeness;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * How like their persons pictures are, in the table {@code likenesses}, where the settings name a
 * network that can tell: all pictures that it has not seen, whenever they were made.
 */
final class Likenesses {
  private static final int PICTURES_A_JOB = 64;
  private static final int JOBS_A_TASK = 16;

  private final JobContext context;
  private final LikenessSpec network;
  private final DoubleSummaryStatistics statistics = new DoubleSummaryStatistics();
  private TxnId txn;
  private long rows;
  private long failed;

  private Likenesses(JobContext context, LikenessSpec network) {
    this.context = context;
    this.network = network;
    this.txn = context.txn(GenerateJob.STAGE, LikenessRow.TABLE.name());
  }

  /**
   * What became of it.
   *
   * @param rows rows written
   * @param failed pictures without a likeness
   * @param sentence the end of one; empty if there is nothing to say
   */
  record Outcome(long rows, long failed, String sentence) {}

  /** The network of the settings, if they name one; it is tried out. */
  static Optional<LikenessSpec> network(Settings settings) {
    return settings.generate().likenessFolder().map(Path::of).map(LikenessSpec::of);
  }

  /** Measures what is missing. */
  static Outcome complete(JobContext context, LikenessSpec network) {
    Likenesses likenesses = new Likenesses(context, network);
    List<LikenessJob> jobs = likenesses.jobs();
    new GpuWork<LikenessJob>(context, "Likeness", "pictures", job -> job.pictures().size())
        .<MeasuredLikeness>run(
            jobs,
            Math.max(context.parallelism(), jobs.size() / JOBS_A_TASK),
            task -> new MeasureLikeness(network, task)::apply,
            likenesses::commit);
    return new Outcome(likenesses.rows, likenesses.failed, likenesses.sentence());
  }

  private List<LikenessJob> jobs() {
    Map<String, List<MadePicture>> pictures = pictures();
    if (pictures.isEmpty()) {
      return List.of();
    }
    LakeTables tables = context.tables();
    Dataset<Row> ids =
        context
            .spark()
            .createDataset(List.copyOf(pictures.keySet()), Encoders.STRING())
            .toDF("adapter_id");
    List<AdapterRow> adapters =
        tables.adapters().rows(Joins.with(tables.adapters().read(), ids, "adapter_id"));
    Map<String, Map<String, String>> photos = photos(adapters);
    return adapters.stream()
        .flatMap(
            adapter ->
                jobs(
                    adapter,
                    photos.getOrDefault(adapter.subjectId(), Map.of()),
                    pictures.get(adapter.adapterId())))
        .toList();
  }

  private static Stream<LikenessJob> jobs(
      AdapterRow adapter, Map<String, String> photos, List<MadePicture> pictures) {
    List<String> shown =
        adapter.assetIds().stream().map(photos::get).filter(Objects::nonNull).toList();
    List<LikenessJob> jobs = new ArrayList<>();
    for (int from = 0; from < pictures.size(); from += PICTURES_A_JOB) {
      int to = Math.min(pictures.size(), from + PICTURES_A_JOB);
      jobs.add(
          new LikenessJob(adapter.subjectId(), shown, List.copyOf(pictures.subList(from, to))));
    }
    return jobs.stream();
  }

  /** By adapter, what the network has not seen of those who agree to it. */
  private Map<String, List<MadePicture>> pictures() {
    LakeTables tables = context.tables();
    Dataset<Row> seen = measured("DONE").select("request_id", "pixel_sha256");
    Dataset<Row> made =
        tables
            .generations()
            .read()
            .where(col("status").equalTo("DONE"))
            .join(seen, new String[] {"request_id", "pixel_sha256"}, "left_anti");
    return Joins.with(made, tables.subjects().dataset(willing()), "subject_id")
        .select("request_id", "adapter_id", "uri", "pixel_sha256")
        .collectAsList()
        .stream()
        .map(
            row ->
                new MadePicture(
                    row.getString(0), row.getString(1), row.getString(2), row.getString(3)))
        .collect(Collectors.groupingBy(MadePicture::adapterId));
  }

  private Dataset<Row> measured(String status) {
    return context
        .tables()
        .likenesses()
        .read()
        .where(col("revision").equalTo(network.revision()))
        .where(col("status").equalTo(status));
  }

  private List<SubjectRow> willing() {
    return Contracts.willing(context.settings(), context.tables().subjects().rows());
  }

  /** The files of photos by subject and asset. */
  private Map<String, Map<String, String>> photos(List<AdapterRow> adapters) {
    LakeTables tables = context.tables();
    Map<String, Map<String, String>> photos = new HashMap<>();
    Joins.with(tables.assets().read(), tables.adapters().dataset(adapters), "subject_id")
        .select("subject_id", "asset_id", "uri")
        .where(col("uri").isNotNull())
        .collectAsList()
        .forEach(
            row ->
                photos
                    .computeIfAbsent(row.getString(0), id -> new HashMap<>())
                    .put(row.getString(1), row.getString(2)));
    return photos;
  }

  /**
   * Nothing is kept of who has withdrawn meanwhile, and nothing written that says what a row says
   * already.
   */
  private void commit(List<MeasuredLikeness> results) {
    Instant now = context.now();
    Set<String> willing = willing().stream().map(SubjectRow::subjectId).collect(Collectors.toSet());
    List<LikenessRow> measured =
        results.stream()
            .filter(result -> willing.contains(result.subjectId()))
            .map(result -> row(result, now))
            .toList();
    Map<String, String> known =
        measured.stream().anyMatch(Likenesses::isWithout) ? reasons() : Map.of();
    List<LikenessRow> fresh =
        measured.stream()
            .filter(row -> !isWithout(row) || !row.reason().equals(known.get(row.likenessId())))
            .toList();
    rows += context.tables().likenesses().replaceFailed(fresh, txn).rows();
    txn = txn.next();
    failed += measured.stream().filter(Likenesses::isWithout).count();
    measured.stream()
        .map(LikenessRow::likeness)
        .filter(Objects::nonNull)
        .forEach(statistics::accept);
  }

  private static boolean isWithout(LikenessRow row) {
    return row.likeness() == null;
  }

  /** Why pictures have no likeness, by its id. */
  private Map<String, String> reasons() {
    return measured("FAILED").select("likeness_id", "reason").collectAsList().stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getString(1)));
  }

  private String sentence() {
    String measured =
        statistics.getCount() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                ", likeness %.2f over %d",
                statistics.getAverage(),
                statistics.getCount());
    return failed == 0 ? measured : measured + ", likeness of " + failed + " not measured";
  }

  private LikenessRow row(MeasuredLikeness result, Instant now) {
    MadePicture picture = result.picture();
    return new LikenessRow(
        network.likenessId(picture.requestId(), picture.pixelSha256()),
        picture.requestId(),
        picture.pixelSha256(),
        result.subjectId(),
        picture.adapterId(),
        network.name(),
        network.revision(),
        result.reason() == null ? "DONE" : "FAILED",
        result.photos(),
        result.likeness(),
        result.reason(),
        now,
        context.runId());
  }
}
