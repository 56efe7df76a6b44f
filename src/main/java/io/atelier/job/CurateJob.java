package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.atelier.image.Rule;
import io.atelier.spark.Progress;
import io.atelier.table.AssetRow;
import io.atelier.table.LakeTable;
import io.atelier.table.MeasurementRow;
import io.atelier.table.VerdictRow;
import io.atelier.table.Written;
import io.atelier.worker.MeasurePhotos;
import io.atelier.worker.StoredPhoto;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Measures every registered content once and judges every input: one verdict row for each. Under
 * other rules the verdicts are given anew from the measurements, and no photo is decoded.
 */
public final class CurateJob {
  static final String STAGE = "curate";
  private static final int FILES_A_TASK = 64;

  private CurateJob() {}

  /** Measures what has no measurements, and judges what has no verdict under the current rules. */
  public static StageResult run(JobContext context) {
    return StageRun.run(
        context,
        STAGE,
        "Measure and judge every photo without a verdict",
        List.of(AssetRow.TABLE, MeasurementRow.TABLE, VerdictRow.TABLE),
        () -> curate(context));
  }

  private static StageResult curate(JobContext context) {
    CurateRules rules = CurateRules.of(context);
    long measured = measure(context, rules);
    Written judged = judge(context, rules);
    Written sets = SubjectVerdicts.write(context, rules);
    return result(context, rules, measured, judged, sets);
  }

  private static long measure(JobContext context, CurateRules rules) {
    Dataset<Row> pending =
        Measurements.missing(context, rules).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long files = pending.count();
      if (files > 0) {
        measure(context, rules, pending, files);
      }
      return files;
    } finally {
      pending.unpersist();
    }
  }

  private static void measure(
      JobContext context, CurateRules rules, Dataset<Row> pending, long files) {
    LakeTable<MeasurementRow> table = context.tables().measurements();
    rules.spec().check(context.store());
    int tasks = (int) Math.max(context.parallelism(), files / FILES_A_TASK);
    String measurer = rules.measurer();
    String runId = context.runId();
    Instant now = context.now();
    try (Progress progress = context.progress("Measuring", "photos", files)) {
      JavaRDD<MeasurementRow> rows =
          pending
              .repartition((int) Math.min(files, tasks))
              .toJavaRDD()
              .map(row -> new StoredPhoto(row.getAs("asset_id"), row.getAs("uri")))
              .mapPartitions(new MeasurePhotos(rules.spec(), context.task(progress)))
              .map(photo -> Measurements.row(photo, measurer, now, runId));
      table.replaceFailed(table.dataset(rows), context.txn(STAGE, "measurements"));
    }
  }

  private static Written judge(JobContext context, CurateRules rules) {
    LakeTable<VerdictRow> verdicts = context.tables().verdicts();
    Dataset<Row> known = verdicts.read().where(col("rules_version").equalTo(rules.version()));
    Dataset<Row> pending =
        context
            .tables()
            .assets()
            .read()
            .join(known.select("input_id"), new String[] {"input_id"}, "left_anti");
    JudgePhotos judge = new JudgePhotos(rules, context.now(), context.runId());
    Dataset<Row> measurements = Measurements.read(context, rules);
    Dataset<Row> alone =
        verdicts
            .dataset(
                pending
                    .select("input_id", "subject_id", "asset_id", "reason")
                    .join(measurements, "asset_id", "left")
                    .toJavaRDD()
                    .map(judge))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Dataset<Row> kept = known.where("decision = 'ACCEPT'");
      Dataset<Row> distinct =
          Refusals.apply(alone, Duplicates.find(alone, kept, pending, measurements));
      Dataset<Row> apart =
          rules
              .nearDuplicate()
              .map(rule -> withoutNearCopies(context, rules, rule, distinct, kept))
              .orElse(distinct);
      Dataset<Row> judged =
          rules
              .samePerson()
              .map(rule -> Refusals.apply(apart, OtherPeople.find(apart, kept, measurements, rule)))
              .orElse(apart);
      return verdicts.insertNew(judged, context.txn(STAGE, "verdicts"));
    } finally {
      alone.unpersist();
    }
  }

  private static Dataset<Row> withoutNearCopies(
      JobContext context, CurateRules rules, Rule rule, Dataset<Row> judged, Dataset<Row> kept) {
    Dataset<Row> verdicts = Leaders.persist(judged);
    Dataset<Row> photos =
        verdicts
            .where("decision = 'ACCEPT'")
            .select("input_id", "subject_id", "asset_id")
            .withColumn("_new", lit(true))
            .unionByName(
                kept.select("input_id", "subject_id", "asset_id").withColumn("_new", lit(false)))
            .join(
                Measurements.read(context, rules)
                    .select("asset_id", "phash", "gray_entropy", "pixels", "sharpness"),
                "asset_id")
            .join(context.tables().assets().read().select("input_id", "bytes"), "input_id");
    Dataset<Row> candidates = Leaders.persist(NearCopies.candidates(photos));
    Dataset<Row> found = NearCopies.find(candidates, NearCopies.mostBits(rule));
    return Refusals.apply(verdicts, NearCopies.refusals(found, rule));
  }

  private static StageResult result(
      JobContext context, CurateRules rules, long measured, Written judged, Written sets) {
    Map<String, Long> counts = new TreeMap<>(Map.of("measured", measured, "total", judged.rows()));
    counts.put("accepted", count(context.tables().verdicts(), rules, "decision = 'ACCEPT'"));
    counts.put("refused", count(context.tables().verdicts(), rules, "decision = 'REFUSE'"));
    for (String verdict : List.of("READY", "DEGRADED", "BLOCKED")) {
      counts.put(
          verdict.toLowerCase(java.util.Locale.ROOT),
          count(context.tables().subjectVerdicts(), rules, "verdict = '" + verdict + "'"));
    }
    return new StageResult(
        STAGE,
        Map.of(
            "measurements", measured, "verdicts", judged.rows(), "subject_verdicts", sets.rows()),
        counts,
        "%d photos measured, %d judged by the rules %s; in all %d accepted, %d refused; subjects: %d ready, %d degraded, %d blocked"
            .formatted(
                measured,
                judged.rows(),
                rules.version(),
                counts.get("accepted"),
                counts.get("refused"),
                counts.get("ready"),
                counts.get("degraded"),
                counts.get("blocked")));
  }

  private static long count(LakeTable<?> table, CurateRules rules, String condition) {
    return table
        .read()
        .where(col("rules_version").equalTo(rules.version()))
        .where(condition)
        .count();
  }
}
