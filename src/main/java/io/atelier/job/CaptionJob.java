package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.caption.Captioner;
import io.atelier.caption.Captioners;
import io.atelier.provenance.Ids;
import io.atelier.spark.Progress;
import io.atelier.table.CaptionRow;
import io.atelier.table.LakeTable;
import io.atelier.table.SubjectRow;
import io.atelier.table.VerdictRow;
import io.atelier.table.Written;
import io.atelier.worker.CaptionPhotos;
import io.atelier.worker.CaptionedPhoto;
import io.atelier.worker.PhotoToCaption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/** Describes every accepted photo; the trigger token is put in by code, exactly once. */
public final class CaptionJob {
  static final String STAGE = "caption";
  private static final int PHOTOS_A_TASK = 1024;
  private static final int MOST_FAILURES_SAID = 10;

  private CaptionJob() {}

  /**
   * Captions the accepted photos that have no caption of this captioner, trigger and class noun.
   */
  public static StageResult run(JobContext context) {
    return StageRun.run(
        context,
        STAGE,
        "Caption every accepted photo without a caption",
        List.of(SubjectRow.TABLE, VerdictRow.TABLE, CaptionRow.TABLE),
        () -> caption(context));
  }

  private static StageResult caption(JobContext context) {
    Captioner captioner = Captioners.named(context.settings().caption().captioner());
    JavaRDD<PhotoToCaption> pending = pending(context, captioner);
    pending.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long photos = pending.count();
      Written written =
          photos == 0 ? Written.NOTHING : caption(context, captioner, pending, photos);
      long failed = photos - written.rows();
      return new StageResult(
          STAGE,
          Map.of("captions", written.rows()),
          Map.of("total", photos, "failed", failed),
          "%d photos captioned, %d failed".formatted(written.rows(), failed));
    } finally {
      pending.unpersist();
    }
  }

  private static JavaRDD<PhotoToCaption> pending(JobContext context, Captioner captioner) {
    String id = captioner.id();
    String revision = captioner.revision();
    JavaRDD<PhotoToCaption> accepted =
        accepted(context).toJavaRDD().map(row -> photo(row, id, revision));
    JavaRDD<String> known =
        context
            .tables()
            .captions()
            .read()
            .where(col("captioner").equalTo(id))
            .select("caption_id")
            .toJavaRDD()
            .map(row -> row.getString(0));
    return accepted
        .keyBy(PhotoToCaption::captionId)
        .subtractByKey(known.keyBy(captionId -> captionId))
        .values();
  }

  private static Dataset<Row> accepted(JobContext context) {
    LakeTable<SubjectRow> subjects = context.tables().subjects();
    return context
        .tables()
        .verdicts()
        .read()
        .where(col("rules_version").equalTo(CurateRules.of(context.settings().curate()).version()))
        .where(col("decision").equalTo("ACCEPT"))
        .join(
            subjects.read().select("subject_id", "trigger_token", "class_noun"),
            new String[] {"subject_id"},
            "inner");
  }

  private static Written caption(
      JobContext context, Captioner captioner, JavaRDD<PhotoToCaption> pending, long photos) {
    LakeTable<CaptionRow> captions = context.tables().captions();
    int tasks = (int) Math.max(1, Math.min(context.parallelism(), photos / PHOTOS_A_TASK));
    String revision = captioner.revision();
    String id = captioner.id();
    String runId = context.runId();
    Instant now = context.now();
    try (Progress progress = context.progress("Captioning", "photos", photos)) {
      JavaRDD<CaptionedPhoto> written =
          pending
              .coalesce(tasks)
              .mapPartitions(new CaptionPhotos(id, context.task(progress)))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        sayFailures(context, written);
        JavaRDD<CaptionRow> rows =
            written
                .filter(CaptionedPhoto::captioned)
                .map(photo -> row(photo, id, revision, now, runId));
        return captions.insertNew(captions.dataset(rows), context.txn(STAGE, "captions"));
      } finally {
        written.unpersist();
      }
    }
  }

  private static void sayFailures(JobContext context, JavaRDD<CaptionedPhoto> written) {
    written
        .filter(photo -> !photo.captioned())
        .take(MOST_FAILURES_SAID)
        .forEach(
            photo -> context.say(STAGE + ": " + photo.photo().assetId() + ": " + photo.reason()));
  }

  private static PhotoToCaption photo(Row row, String captioner, String revision) {
    String inputId = row.getAs("input_id");
    String trigger = row.getAs("trigger_token");
    String noun = row.getAs("class_noun");
    int width = row.getAs("width");
    int height = row.getAs("height");
    List<Row> faces = row.getList(row.fieldIndex("faces"));
    return new PhotoToCaption(
        Ids.caption(inputId, captioner, revision, trigger, noun),
        inputId,
        row.getAs("subject_id"),
        row.getAs("asset_id"),
        trigger,
        noun,
        width,
        height,
        faces.size(),
        faces.isEmpty() ? 0 : share(faces.get(0), width, height),
        row.getAs("brightness_mean"),
        row.getAs("contrast"),
        row.getList(row.fieldIndex("colours")));
  }

  private static double share(Row face, int width, int height) {
    int w = face.getAs("width");
    int h = face.getAs("height");
    return (double) w * h / ((double) width * height);
  }

  private static CaptionRow row(
      CaptionedPhoto photo, String captioner, String revision, Instant now, String runId) {
    PhotoToCaption from = photo.photo();
    return new CaptionRow(
        from.captionId(),
        from.inputId(),
        from.subjectId(),
        from.assetId(),
        captioner,
        revision,
        photo.caption(),
        photo.text(),
        from.triggerToken(),
        from.classNoun(),
        now,
        runId);
  }
}
