package io.atelier.job;

import static org.apache.spark.sql.functions.bool_and;
import static org.apache.spark.sql.functions.bool_or;
import static org.apache.spark.sql.functions.col;

import io.atelier.config.Settings;
import io.atelier.provenance.Ids;
import io.atelier.source.Member;
import io.atelier.source.WebImages;
import io.atelier.spark.Fanout;
import io.atelier.spark.Progress;
import io.atelier.store.Locations;
import io.atelier.table.AssetRow;
import io.atelier.table.SubjectRow;
import io.atelier.worker.ListFolders;
import io.atelier.worker.ListedFile;
import io.atelier.worker.RegisterFiles;
import io.atelier.worker.RegisterRows;
import io.atelier.worker.RegisterTars;
import io.atelier.worker.RegisteredPhoto;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Registers a collection of images of any size and copies them into the lake under the hash of
 * their bytes. Everything that grows with the collection, the listing of its files included, stays
 * on executors; of its folders the driver holds the upper ones, some thousand at most; what is
 * registered is committed every few minutes, so a run that is killed goes on from there.
 */
public final class DatasetJob {
  private static final int FILES_A_TASK = 256;
  private static final long BYTES_A_TASK = 256L << 20;
  private static final long BYTES_OF_TARS_A_TASK = 1L << 30;
  private static final int ROWS_A_TASK = 1024;
  private static final int BRANCHES_A_CORE = 4;

  private final JobContext context;
  private final DatasetOptions options;
  private final String datasetId;

  private DatasetJob(JobContext context, DatasetOptions options) {
    this.context = context;
    this.options = options;
    this.datasetId = Ids.subject(options.name());
  }

  /**
   * Registers what is new. Files and tars that are unchanged since all of them was registered are
   * not read, nor are addresses; a tar with a member that could not be taken in is, and so are rows
   * that hold the bytes.
   */
  public static StageResult run(JobContext context, DatasetOptions options) {
    return StageRun.run(
        context,
        IntakeJob.STAGE,
        "Register the images of " + Locations.text(options.from()),
        List.of(SubjectRow.TABLE, AssetRow.TABLE),
        () -> new DatasetJob(context, options).intake());
  }

  private StageResult intake() {
    // Tells of a place that is not there before anything is written.
    context.store().folders(options.from());
    SubjectRow dataset = Subjects.dataset(context, options.name());
    long offered =
        switch (options.format()) {
          case FILES -> files(dataset, false);
          case TAR -> files(dataset, true);
          case PARQUET, DELTA -> rows(dataset);
        };
    return result(offered);
  }

  private long files(SubjectRow dataset, boolean tars) {
    JavaRDD<ListedFile> listed = listed(tars).persist(StorageLevel.MEMORY_AND_DISK());
    JavaRDD<ListedFile> fresh = unknown(listed).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Tuple2<Long, Long> size =
          fresh
              .filter(file -> !new Member(file.uri(), null).isSidecar())
              .map(file -> new Tuple2<>(1L, file.bytes()))
              .fold(new Tuple2<>(0L, 0L), DatasetJob::sum);
      if (size._1() > 0) {
        register(dataset, fresh, size._1(), size._2(), tars);
      }
      return size._1();
    } finally {
      fresh.unpersist();
      listed.unpersist();
    }
  }

  private static Tuple2<Long, Long> sum(Tuple2<Long, Long> a, Tuple2<Long, Long> b) {
    return new Tuple2<>(a._1() + b._1(), a._2() + b._2());
  }

  private void register(
      SubjectRow dataset, JavaRDD<ListedFile> fresh, long files, long bytes, boolean tars) {
    WebImages.Limits limits = limits();
    int concurrency = context.settings().intake().fetchConcurrency();
    try (Progress progress = context.progress("Registering", tars ? "tars" : "images", files)) {
      write(
          dataset,
          tars
              ? Fanout.spread(fresh, tasks(bytes / BYTES_OF_TARS_A_TASK, files))
                  .mapPartitions(
                      new RegisterTars(
                          datasetId, concurrency, limits.maxBytes(), context.task(progress)))
              : Fanout.together(
                      fresh,
                      ListedFile::sample,
                      tasks(Math.max(files / FILES_A_TASK, bytes / BYTES_A_TASK), files))
                  .mapPartitions(
                      new RegisterFiles(datasetId, concurrency, limits, context.task(progress))));
    }
  }

  /** So many tasks, but one for each core at least and one for each unit at most. */
  private int tasks(long wanted, long units) {
    return (int)
        Math.min(
            PhotoPortions.MOST_TASKS, Math.min(units, Math.max(wanted, context.parallelism())));
  }

  private JavaRDD<ListedFile> listed(boolean tars) {
    int enough = BRANCHES_A_CORE * context.parallelism();
    List<ListFolders.Branch> branches =
        ListFolders.branches(context.store(), options.from(), enough);
    JavaRDD<ListedFile> files =
        Fanout.partitions(context.spark(), branches, branches.size())
            .mapPartitions(new ListFolders(context.store()))
            .filter(ListFolders::isWanted);
    return tars ? files.filter(RegisterTars::isTar) : files;
  }

  /** Files that are not registered as they are; with an image comes all of its sample. */
  private JavaRDD<ListedFile> unknown(JavaRDD<ListedFile> listed) {
    JavaPairRDD<String, Boolean> known =
        known("source", "modified_at")
            .where(col("modified_at").isNotNull())
            .toJavaRDD()
            .mapToPair(
                row ->
                    new Tuple2<>(
                        ListedFile.version(
                            row.getString(0), row.getTimestamp(1).toInstant().toEpochMilli()),
                        true));
    return listed.keyBy(ListedFile::version).subtractByKey(known).values();
  }

  /** What the dataset has of these columns where all of it could be read. */
  private Dataset<Row> known(String... columns) {
    return context
        .tables()
        .assets()
        .read()
        .where(col("subject_id").equalTo(datasetId))
        .groupBy(
            Stream.concat(Arrays.stream(columns), Stream.of("source", "member"))
                .distinct()
                .map(functions::col)
                .toArray(Column[]::new))
        .agg(bool_or(col("status").equalTo("REGISTERED")).as("there"))
        .groupBy(Arrays.stream(columns).map(functions::col).toArray(Column[]::new))
        .agg(bool_and(col("there")).as("whole"))
        .where("whole")
        .drop("whole");
  }

  private long rows(SubjectRow dataset) {
    ImageRows images = new ImageRows(context.spark(), options);
    boolean urls = images.urls();
    // Addresses are few bytes: they may be compared and spread; the bytes of images stay put.
    Dataset<Row> rows = urls ? images.without(known("source", "member")) : images.rows();
    long count = rows.select("source").count();
    if (count > 0) {
      Dataset<Row> spread = urls ? rows.repartition(tasks(count / ROWS_A_TASK, count)) : rows;
      try (Progress progress = context.progress("Registering", "images", count)) {
        write(
            dataset,
            spread
                .toJavaRDD()
                .mapPartitions(
                    new RegisterRows(
                        datasetId,
                        urls,
                        context.settings().intake().fetchConcurrency(),
                        limits(),
                        context.task(progress))));
      }
    }
    return count;
  }

  private void write(SubjectRow dataset, JavaRDD<RegisteredPhoto> images) {
    Instant now = context.now();
    String runId = context.runId();
    context
        .tables()
        .subjects()
        .upsertChanged(List.of(dataset), context.txn(IntakeJob.STAGE, "subjects"));
    // The same bytes at the same place, such as one address in two rows, are one input.
    IntakeJob.insert(
        context,
        images.map(image -> IntakeJob.row(image, now, runId)),
        rows -> rows.dropDuplicates("input_id"));
  }

  private WebImages.Limits limits() {
    Settings.Intake settings = context.settings().intake();
    return new WebImages.Limits(
        Duration.ofSeconds(settings.fetchTimeout()),
        settings.fetchAttempts(),
        Duration.ofMillis(Math.round(1000 * settings.fetchFirstWait())),
        settings.maxBytes());
  }

  private StageResult result(long offered) {
    Dataset<Row> mine =
        context.tables().assets().read().where(col("subject_id").equalTo(datasetId));
    Dataset<Row> made = mine.where(col("run_id").equalTo(context.runId()));
    long inserted = made.count();
    long unreadable = made.where("status = 'UNREADABLE'").count();
    return new StageResult(
        IntakeJob.STAGE,
        Map.of("assets", inserted),
        Map.of("total", offered, "new", inserted, "unreadable", unreadable),
        "dataset %s: %d new images, %d of them unreadable; %d in all"
            .formatted(options.name(), inserted, unreadable, mine.count()));
  }
}
