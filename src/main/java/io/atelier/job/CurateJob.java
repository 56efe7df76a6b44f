package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.atelier.image.Rule;
import io.atelier.table.AssetRow;
import io.atelier.table.LakeTable;
import io.atelier.table.MeasurementRow;
import io.atelier.table.VerdictRow;
import io.atelier.table.Written;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Measures every registered content once and judges every input: one verdict row for each. Under
 * other rules the verdicts are given anew from the measurements, and no photo is decoded.
 */
public final class CurateJob {
  static final String STAGE = "curate";

  /**
   * Condition on verdicts, with what stands before their columns: they change when the file can be
   * read, or the model can.
   */
  static final String STUCK =
      "arrays_overlap(concat(%1$sreasons.code, %1$swarnings.code), array('UNREADABLE', 'UNRATED'))";

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
    try (Unprocessed assets =
        Unprocessed.of(context, STAGE, rules.version(), context.tables().assets())) {
      long measured = Measuring.run(context, rules, assets);
      long predicted = Predictions.complete(context, rules);
      Written judged = judge(context, rules, assets);
      Written sets = SubjectVerdicts.write(context, rules);
      Unprocessed.done(context, STAGE, assets);
      return result(context, rules, measured, predicted, judged, sets);
    }
  }

  private static Written judge(JobContext context, CurateRules rules, Unprocessed assets) {
    Dataset<Row> known =
        context.tables().verdicts().read().where(col("rules_version").equalTo(rules.version()));
    Dataset<Row> fresh =
        Joins.without(assets.rows(), Joins.with(known, assets.rows(), "input_id"), "input_id");
    Dataset<Row> changed =
        fresh.unionByName(freed(context, rules, known)).persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> pending =
        changed
            .unionByName(OtherPeople.again(context, rules, known, changed))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Dataset<Row> kept =
          Joins.without(
              Joins.with(known.where("decision = 'ACCEPT'"), pending, "subject_id"),
              pending,
              "input_id");
      return pending.isEmpty() ? Written.NOTHING : judge(context, rules, pending, kept);
    } finally {
      pending.unpersist();
      changed.unpersist();
    }
  }

  /** Assets that were refused for want of a measurement, and have it by now. */
  private static Dataset<Row> freed(JobContext context, CurateRules rules, Dataset<Row> known) {
    Dataset<Row> assets = context.tables().assets().read();
    Dataset<Row> stuck = known.where(STUCK.formatted(""));
    if (stuck.isEmpty()) {
      return assets.limit(0);
    }
    Dataset<Row> held = Joins.with(assets, stuck, "input_id");
    Dataset<Row> anew = alone(context, rules, held, measurements(context, rules, held));
    return Joins.with(held, anew.where("NOT " + STUCK.formatted("")), "input_id");
  }

  private static Dataset<Row> measurements(
      JobContext context, CurateRules rules, Dataset<Row> contents) {
    return Predictions.beside(
        context, rules.models(), Measurements.of(context, rules, contents.select("asset_id")));
  }

  private static Dataset<Row> alone(
      JobContext context, CurateRules rules, Dataset<Row> assets, Dataset<Row> measurements) {
    return context
        .tables()
        .verdicts()
        .dataset(
            assets
                .select("input_id", "subject_id", "asset_id", "reason")
                .join(measurements, "asset_id", "left")
                .toJavaRDD()
                .map(new JudgePhotos(rules, context.now(), context.runId())));
  }

  /**
   * Judges every photo alone and then beside the others of its subject.
   *
   * @param pending rows of {@code assets}
   * @param kept accepted verdicts of earlier runs on the same subjects
   */
  private static Written judge(
      JobContext context, CurateRules rules, Dataset<Row> pending, Dataset<Row> kept) {
    LakeTable<VerdictRow> verdicts = context.tables().verdicts();
    Dataset<Row> measurements =
        measurements(
            context, rules, pending.select("asset_id").unionByName(kept.select("asset_id")));
    Dataset<Row> alone =
        alone(context, rules, pending, measurements).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Dataset<Row> distinct =
          Refusals.apply(
              alone, Duplicates.find(alone, kept, pending, measurements), Refusals.EQUAL);
      Dataset<Row> apart =
          rules
              .nearDuplicate()
              .map(rule -> withoutNearCopies(context, rule, distinct, kept, measurements))
              .orElse(distinct);
      Dataset<Row> varied =
          CurateModels.comparesPictures(rules.rules())
              ? withoutSemanticCopies(context, rules, apart, kept, measurements)
              : apart;
      Dataset<Row> judged =
          rules
              .samePerson()
              .map(rule -> OtherPeople.refuse(context, varied, kept, measurements, rule))
              .orElse(varied);
      return verdicts.replace(
          judged,
          STUCK.formatted("t.") + " OR " + OtherPeople.outdated(rules),
          context.txn(STAGE, "verdicts"));
    } finally {
      alone.unpersist();
    }
  }

  private static Dataset<Row> withoutNearCopies(
      JobContext context,
      Rule rule,
      Dataset<Row> judged,
      Dataset<Row> kept,
      Dataset<Row> measurements) {
    Dataset<Row> verdicts = Leaders.persist(judged);
    Dataset<Row> photos = ranked(context, verdicts, kept, measurements);
    Dataset<Row> candidates = Leaders.persist(NearCopies.candidates(photos));
    Dataset<Row> found = NearCopies.find(candidates, NearCopies.mostBits(rule));
    return NearCopies.refuse(verdicts, found, rule);
  }

  private static Dataset<Row> withoutSemanticCopies(
      JobContext context,
      CurateRules rules,
      Dataset<Row> judged,
      Dataset<Row> kept,
      Dataset<Row> measurements) {
    Dataset<Row> verdicts = Leaders.persist(judged);
    Dataset<Row> found =
        SemanticCopies.find(
            ranked(context, verdicts, kept, measurements),
            Predictions.embeddings(context, rules.models()),
            rules.rules(),
            rules.models().clusters());
    return SemanticCopies.apply(verdicts, found);
  }

  /** The accepted photos, new ones and those kept before, with what says which is better. */
  private static Dataset<Row> ranked(
      JobContext context, Dataset<Row> verdicts, Dataset<Row> kept, Dataset<Row> measurements) {
    Dataset<Row> assets = Joins.with(context.tables().assets().read(), verdicts, "subject_id");
    return verdicts
        .where("decision = 'ACCEPT'")
        .select("input_id", "subject_id", "asset_id")
        .withColumn("_new", lit(true))
        .unionByName(
            kept.select("input_id", "subject_id", "asset_id").withColumn("_new", lit(false)))
        .join(
            measurements.select("asset_id", "phash", "gray_entropy", "pixels", "sharpness"),
            "asset_id")
        .join(assets.select("input_id", "bytes"), "input_id");
  }

  private static StageResult result(
      JobContext context,
      CurateRules rules,
      long measured,
      long predicted,
      Written judged,
      Written sets) {
    Map<String, Long> counts =
        new TreeMap<>(Map.of("measured", measured, "predicted", predicted, "total", judged.rows()));
    Map<String, Long> photos = count(context.tables().verdicts(), rules.version(), "decision");
    counts.put("accepted", photos.getOrDefault("ACCEPT", 0L));
    counts.put("refused", photos.getOrDefault("REFUSE", 0L));
    Map<String, Long> subjects =
        count(
            context.tables().subjectVerdicts(), SubjectVerdicts.version(context, rules), "verdict");
    for (String verdict : List.of("READY", "DEGRADED", "BLOCKED")) {
      counts.put(verdict.toLowerCase(Locale.ROOT), subjects.getOrDefault(verdict, 0L));
    }
    return new StageResult(
        STAGE,
        Map.of(
            "measurements",
            measured,
            "predictions",
            predicted,
            "verdicts",
            judged.rows(),
            "subject_verdicts",
            sets.rows()),
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
                counts.get("blocked")),
        rules.version());
  }

  private static Map<String, Long> count(LakeTable<?> table, String version, String column) {
    return table
        .read()
        .where(col("rules_version").equalTo(version))
        .groupBy(column)
        .count()
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));
  }
}
