package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.image.Rules;
import io.atelier.spark.Progress;
import io.atelier.table.AssetRow;
import io.atelier.table.LakeTable;
import io.atelier.table.VerdictRow;
import io.atelier.table.Written;
import io.atelier.worker.MeasurePhotos;
import io.atelier.worker.StoredPhoto;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Decodes, measures and judges every registered file: one verdict row for every input. */
public final class CurateJob {
  static final String STAGE = "curate";
  private static final int FILES_A_TASK = 64;

  private CurateJob() {}

  /** Judges the files that have no verdict under the current rules. */
  public static StageResult run(JobContext context) {
    return StageRun.run(
        context,
        STAGE,
        "Measure and judge every photo without a verdict",
        List.of(AssetRow.TABLE, VerdictRow.TABLE),
        () -> curate(context));
  }

  private static StageResult curate(JobContext context) {
    Rules rules = CurateRules.of(context.settings().curate());
    LakeTable<VerdictRow> verdicts = context.tables().verdicts();
    Dataset<Row> known = verdicts.read().where(col("rules_version").equalTo(rules.version()));
    Dataset<Row> pending =
        context
            .tables()
            .assets()
            .read()
            .join(known.select("input_id"), new String[] {"input_id"}, "left_anti")
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long files = pending.count();
      Written written = files == 0 ? Written.NOTHING : judge(context, pending, known, files, rules);
      return result(context, rules, files, written);
    } finally {
      pending.unpersist();
    }
  }

  private static Written judge(
      JobContext context, Dataset<Row> pending, Dataset<Row> known, long files, Rules rules) {
    LakeTable<VerdictRow> verdicts = context.tables().verdicts();
    try (Progress progress = context.progress("Measuring", "photos", files)) {
      Dataset<Row> measured =
          verdicts
              .dataset(measure(context, pending, files, rules, progress))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        Dataset<Row> judged = Duplicates.refuse(measured, known, pending);
        return verdicts.insertNew(judged, context.txn(STAGE, "verdicts"));
      } finally {
        measured.unpersist();
      }
    }
  }

  private static JavaRDD<VerdictRow> measure(
      JobContext context, Dataset<Row> pending, long files, Rules rules, Progress progress) {
    int tasks = (int) Math.max(context.parallelism(), files / FILES_A_TASK);
    String version = rules.version();
    String runId = context.runId();
    Instant now = context.now();
    return pending
        .repartition((int) Math.min(files, tasks))
        .toJavaRDD()
        .map(CurateJob::photo)
        .mapPartitions(new MeasurePhotos(rules, context.task(progress)))
        .map(photo -> Verdicts.row(photo, version, now, runId));
  }

  private static StoredPhoto photo(Row asset) {
    return new StoredPhoto(
        asset.getAs("input_id"),
        asset.getAs("subject_id"),
        asset.getAs("asset_id"),
        asset.getAs("uri"),
        asset.getAs("reason"));
  }

  private static StageResult result(JobContext context, Rules rules, long files, Written written) {
    Dataset<Row> verdicts =
        context.tables().verdicts().read().where(col("rules_version").equalTo(rules.version()));
    long accepted = verdicts.where("decision = 'ACCEPT'").count();
    long refused = verdicts.count() - accepted;
    return new StageResult(
        STAGE,
        Map.of("verdicts", written.rows()),
        Map.of("total", files, "accepted", accepted, "refused", refused),
        "%d photos judged; in all %d accepted, %d refused".formatted(files, accepted, refused));
  }
}
