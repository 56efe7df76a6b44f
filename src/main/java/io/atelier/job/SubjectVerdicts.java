package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.stddev_pop;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.atelier.config.Settings;
import io.atelier.table.LakeTable;
import io.atelier.table.SubjectVerdictRow;
import io.atelier.table.SubjectVerdictRow.Reason;
import io.atelier.table.Written;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Whether each subject's photos are enough, from its verdicts: a row of subject_verdicts. */
final class SubjectVerdicts implements Function<Row, SubjectVerdictRow> {
  private static final long serialVersionUID = 1L;
  private static final String STEP = "curate-subjects";

  /** A face that takes less of the height leaves room for a body. */
  private static final double HALF_BODY = 1.0 / 3;

  private static final int BACKGROUNDS = 3;
  private static final double POSE_SPREAD = 10;

  private final String version;
  private final boolean people;
  private final int least;
  private final int good;
  private final Instant now;
  private final String runId;

  private SubjectVerdicts(JobContext context, CurateRules rules) {
    version = version(context, rules);
    people = rules.spec().faces();
    least = context.settings().curate().minPhotos();
    good = Math.max(least, context.settings().curate().readyPhotos());
    now = context.now();
    runId = context.runId();
  }

  /** The rules for photos, and for how many of them are enough. */
  static String version(JobContext context, CurateRules rules) {
    Settings.Curate settings = context.settings().curate();
    return "%s/%d-%d".formatted(rules.version(), settings.minPhotos(), settings.readyPhotos());
  }

  /** Brings the rows of subjects up to date with their verdicts. */
  static Written write(JobContext context, CurateRules rules) {
    LakeTable<SubjectVerdictRow> table = context.tables().subjectVerdicts();
    try (Unprocessed verdicts =
        Unprocessed.of(context, STEP, version(context, rules), context.tables().verdicts())) {
      Dataset<Row> without = withoutFiles(context);
      Dataset<Row> changed =
          verdicts.none() ? without : counted(context, rules, verdicts).unionByName(without, true);
      Written written =
          changed.isEmpty()
              ? Written.NOTHING
              : table.upsertChanged(
                  table.dataset(changed.toJavaRDD().map(new SubjectVerdicts(context, rules))),
                  context.txn(CurateJob.STAGE, "subject_verdicts"));
      Unprocessed.done(context, STEP, verdicts);
      return written;
    }
  }

  /** People who are registered and have sent nothing yet. */
  private static Dataset<Row> withoutFiles(JobContext context) {
    Dataset<Row> people = Subjects.people(context).select("subject_id");
    return Joins.without(people, context.tables().assets().read(), "subject_id")
        .select(
            col("subject_id"),
            lit(0L).as("photos"),
            lit(0L).as("accepted"),
            lit(0L).as("backgrounds"),
            lit(0L).as("half_body"),
            lit(null).cast("double").as("pose_spread"),
            lit(null)
                .cast("array<struct<code:string,photos:bigint,sentence:string>>")
                .as("refused"));
  }

  private static Dataset<Row> counted(JobContext context, CurateRules rules, Unprocessed changed) {
    Dataset<Row> all =
        context
            .tables()
            .verdicts()
            .read()
            .where(col("rules_version").equalTo(rules.version()))
            .select("subject_id", "asset_id", "decision", "reasons");
    Dataset<Row> verdicts = changed.all() ? all : Joins.with(all, changed.rows(), "subject_id");
    Dataset<Row> measurements =
        Measurements.of(context, rules, verdicts)
            .select("asset_id", "background", "face_height", "face_yaw");
    Column accepted = col("decision").equalTo("ACCEPT");
    Dataset<Row> counts =
        verdicts
            .join(measurements, new String[] {"asset_id"}, "left")
            .groupBy("subject_id")
            .agg(
                count(lit(1)).as("photos"),
                sum(when(accepted, 1).otherwise(0)).as("accepted"),
                countDistinct(when(accepted, col("background"))).as("backgrounds"),
                sum(when(accepted.and(col("face_height").lt(HALF_BODY)), 1).otherwise(0))
                    .as("half_body"),
                stddev_pop(when(accepted, col("face_yaw"))).as("pose_spread"));
    Dataset<Row> refused =
        verdicts
            .select(col("subject_id"), explode(col("reasons")).as("r"))
            .groupBy(col("subject_id"), col("r.code").as("code"))
            .agg(count(lit(1)).as("photos"), min("r.sentence").as("sentence"))
            .groupBy("subject_id")
            .agg(sort_array(collect_list(struct("code", "photos", "sentence"))).as("refused"));
    return counts.join(refused, new String[] {"subject_id"}, "left");
  }

  @Override
  public SubjectVerdictRow call(Row subject) {
    long photos = subject.getAs("photos");
    long accepted = subject.getAs("accepted");
    long backgrounds = subject.getAs("backgrounds");
    Long halfBody = people ? subject.<Long>getAs("half_body") : null;
    Double poseSpread = subject.getAs("pose_spread");
    List<Reason> reasons = new ArrayList<>(enough(accepted));
    reasons.addAll(refused(subject));
    if (people && accepted > 0) {
      reasons.addAll(variety(backgrounds, halfBody, poseSpread));
    }
    return new SubjectVerdictRow(
        subject.getAs("subject_id"),
        version,
        accepted < least ? "BLOCKED" : accepted < good ? "DEGRADED" : "READY",
        photos,
        accepted,
        reasons,
        backgrounds,
        halfBody,
        poseSpread,
        now,
        now,
        runId);
  }

  private List<Reason> enough(long accepted) {
    if (accepted < least) {
      return List.of(
          new Reason(
              "TOO_FEW_PHOTOS",
              (double) accepted,
              (double) least,
              "%s can be used; at least %d are needed, send more."
                  .formatted(photos(accepted), least)));
    }
    return accepted < good
        ? List.of(
            new Reason(
                "FEW_PHOTOS",
                (double) accepted,
                (double) good,
                "%s can be used; from %d on the likeness is better."
                    .formatted(photos(accepted), good)))
        : List.of();
  }

  private static String photos(long count) {
    return count == 1 ? "1 photo" : count + " photos";
  }

  private static List<Reason> refused(Row subject) {
    List<Reason> reasons = new ArrayList<>();
    int field = subject.fieldIndex("refused");
    List<Row> codes = subject.isNullAt(field) ? List.of() : subject.getList(field);
    for (Row code : codes) {
      long photos = code.getAs("photos");
      String sentence = code.getAs("sentence");
      String text =
          photos == 1
              ? "1 photo was refused: " + sentence
              : "%d photos were refused, one of them because: %s".formatted(photos, sentence);
      reasons.add(new Reason(code.getAs("code"), (double) photos, null, text));
    }
    return reasons;
  }

  private static List<Reason> variety(long backgrounds, long halfBody, Double poseSpread) {
    List<Reason> reasons = new ArrayList<>();
    if (backgrounds < BACKGROUNDS) {
      reasons.add(
          new Reason(
              "FEW_BACKGROUNDS",
              (double) backgrounds,
              (double) BACKGROUNDS,
              "The photos show %s; %d or more keep the person apart from the place."
                  .formatted(
                      backgrounds == 1 ? "1 background" : backgrounds + " backgrounds",
                      BACKGROUNDS)));
    }
    if (halfBody == 0) {
      reasons.add(
          new Reason(
              "NO_HALF_BODY",
              0.0,
              1.0,
              "No photo shows more than the head; add one that shows the upper body."));
    }
    if (poseSpread != null && poseSpread < POSE_SPREAD) {
      reasons.add(
          new Reason(
              "ONE_POSE",
              poseSpread,
              POSE_SPREAD,
              "The head is turned the same way in all photos; add some from the side."));
    }
    return reasons;
  }
}
