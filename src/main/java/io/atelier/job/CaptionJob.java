package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.caption.Answer;
import io.atelier.caption.Attributes;
import io.atelier.caption.Captioner;
import io.atelier.caption.CaptionerConfig;
import io.atelier.caption.Photo;
import io.atelier.provenance.Hashes;
import io.atelier.provenance.Ids;
import io.atelier.spark.Progress;
import io.atelier.table.AssetRow;
import io.atelier.table.CaptionRow;
import io.atelier.table.DescriptionRow;
import io.atelier.table.LakeTable;
import io.atelier.table.SubjectRow;
import io.atelier.table.VerdictRow;
import io.atelier.table.Written;
import io.atelier.worker.AnsweredPhoto;
import io.atelier.worker.CaptionPhotos;
import io.atelier.worker.CaptionedPhoto;
import io.atelier.worker.PhotoToCaption;
import java.time.Instant;
import java.util.HashMap;
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
  private static final int VARIANT_DIGITS = 16;

  private final JobContext context;
  private final CaptionerConfig config;
  private final String version;
  private final CurateRules rules;
  private final Descriptions descriptions;

  private CaptionJob(JobContext context, CaptionerConfig config) {
    this.context = context;
    this.config = config;
    this.version = Captioners.version(config);
    this.rules = CurateRules.of(context);
    this.descriptions = new Descriptions(context, config);
  }

  /**
   * Captions the accepted photos that have no caption of this captioner, trigger and class noun.
   */
  public static StageResult run(JobContext context) {
    return StageRun.run(
        context,
        STAGE,
        "Caption every accepted photo without a caption",
        List.of(SubjectRow.TABLE, VerdictRow.TABLE, DescriptionRow.TABLE, CaptionRow.TABLE),
        () -> {
          CaptionerConfig config = Captioners.ready(context.settings().caption(), System.getenv());
          return new CaptionJob(context, config).caption();
        });
  }

  private StageResult caption() {
    String variant = variant();
    try (Unprocessed verdicts =
            Unprocessed.of(context, STAGE, variant, context.tables().verdicts());
        Unprocessed subjects =
            Unprocessed.of(context, STAGE, variant, context.tables().subjects())) {
      if (verdicts.none() && subjects.none()) {
        Unprocessed.done(context, STAGE, verdicts, subjects);
        Accepted.sayOtherRules(context, STAGE);
        return result(0, Written.NOTHING, 0);
      }
      StageResult result = caption(accepted(changed(verdicts, subjects)));
      // Photos without an answer are asked for again, like those that are new then.
      if (descriptions.failed() == 0) {
        Unprocessed.done(context, STAGE, verdicts, subjects);
      }
      return result;
    }
  }

  /** The captions are the same as long as this is, but for what the tables say. */
  private String variant() {
    return Hashes.ofFields(
            config.captioner(),
            version,
            rules.version(),
            context.settings().runtime().requireConsent())
        .substring(0, VARIANT_DIGITS);
  }

  /** Rows of verdicts that are new, or whose subjects have changed. */
  private Dataset<Row> changed(Unprocessed verdicts, Unprocessed subjects) {
    Dataset<Row> all = context.tables().verdicts().read();
    return verdicts.all() || subjects.all()
        ? all
        // As the rows are now: the feed has one of their states.
        : Joins.with(all, verdicts.rows(), "input_id")
            .unionByName(Joins.with(all, subjects.rows(), "subject_id"))
            .dropDuplicates("input_id", "rules_version");
  }

  private StageResult caption(JavaRDD<PhotoToCaption> photos) {
    JavaRDD<PhotoToCaption> accepted = photos.persist(StorageLevel.MEMORY_AND_DISK());
    JavaRDD<PhotoToCaption> pending = pending(accepted).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long missing = pending.count();
      Written written = missing == 0 ? Written.NOTHING : caption(pending, missing);
      long total = accepted.count();
      if (total == 0) {
        Accepted.sayOtherRules(context, STAGE);
      }
      return result(total, written, missing - written.rows());
    } finally {
      pending.unpersist();
      accepted.unpersist();
    }
  }

  private StageResult result(long total, Written written, long failed) {
    Map<String, Long> counts = new HashMap<>(descriptions.counts());
    counts.put("total", total);
    counts.put("failed", failed);
    return new StageResult(
        STAGE,
        Map.of("captions", written.rows()),
        counts,
        "%d photos captioned, %d failed%s"
            .formatted(written.rows(), failed, descriptions.sentence()));
  }

  private JavaRDD<PhotoToCaption> pending(JavaRDD<PhotoToCaption> accepted) {
    JavaRDD<String> known =
        context
            .tables()
            .captions()
            .read()
            .where(col("captioner").equalTo(config.captioner()))
            .where(col("revision").equalTo(version))
            .select("caption_id")
            .toJavaRDD()
            .map(row -> row.getString(0));
    return accepted
        .keyBy(PhotoToCaption::captionId)
        .subtractByKey(known.keyBy(captionId -> captionId))
        .values();
  }

  private JavaRDD<PhotoToCaption> accepted(Dataset<Row> verdicts) {
    LakeTable<AssetRow> assets = context.tables().assets();
    CaptionerConfig captioner = config;
    String captionerVersion = version;
    return Accepted.photos(context, rules, verdicts)
        .join(
            assets.read().select("input_id", "source", "member", "uri"),
            new String[] {"input_id"},
            "inner")
        .join(
            willing().select("subject_id", "trigger_token", "class_noun"),
            new String[] {"subject_id"},
            "inner")
        .toJavaRDD()
        .map(row -> photo(row, captioner, captionerVersion));
  }

  /** Nobody's photos are looked at, here or by a service, against their will. */
  private Dataset<Row> willing() {
    LakeTable<SubjectRow> subjects = context.tables().subjects();
    return subjects.dataset(Contracts.willing(context.settings(), subjects.rows()));
  }

  private Written caption(JavaRDD<PhotoToCaption> pending, long photos) {
    LakeTable<CaptionRow> captions = context.tables().captions();
    int tasks = (int) Math.max(1, Math.min(context.parallelism(), photos / PHOTOS_A_TASK));
    JavaRDD<AnsweredPhoto> answered = answered(pending);
    try (Progress progress = context.progress("Captioning", "photos", photos)) {
      JavaRDD<CaptionedPhoto> written =
          answered
              .coalesce(tasks)
              .mapPartitions(new CaptionPhotos(context.task(progress)))
              .persist(StorageLevel.MEMORY_AND_DISK());
      try {
        // All answers first: people may withdraw while models or services are asked.
        written.foreachPartition(photo -> {});
        sayFailures(written);
        Dataset<Row> kept = Joins.with(captions.dataset(rows(written)), willing(), "subject_id");
        return captions.insertNew(kept, context.txn(STAGE, "captions"));
      } finally {
        written.unpersist();
      }
    }
  }

  /** What the captioner says of every photo: kept answers, or computed on the spot. */
  private JavaRDD<AnsweredPhoto> answered(JavaRDD<PhotoToCaption> pending) {
    if (!config.keepsAnswers()) {
      CaptionerConfig captioner = config;
      return pending.map(photo -> measured(captioner, photo));
    }
    descriptions.complete(pending);
    descriptions
        .unanswered(pending)
        .take(MOST_FAILURES_SAID)
        .forEach(photo -> sayFailure(photo._1(), photo._2()));
    CaptionerConfig captioner = config;
    return descriptions.answered(pending).map(answered -> worded(captioner, answered));
  }

  private static AnsweredPhoto worded(CaptionerConfig config, AnsweredPhoto answered) {
    PhotoToCaption photo = answered.photo();
    String text = config.worded(answered.text(), photo.attributes());
    return new AnsweredPhoto(photo, text, answered.complete());
  }

  private static AnsweredPhoto measured(CaptionerConfig config, PhotoToCaption photo) {
    try (Captioner captioner = config.open("cpu", 1)) {
      Answer answer =
          captioner.describe(
              new Photo(
                  photo.attributes(),
                  photo.prompt(),
                  () -> {
                    throw new IllegalStateException(config.captioner() + " looks at no pixels");
                  }));
      return new AnsweredPhoto(photo, answer.text(), answer.complete());
    }
  }

  private void sayFailures(JavaRDD<CaptionedPhoto> written) {
    written
        .filter(photo -> !photo.captioned())
        .take(MOST_FAILURES_SAID)
        .forEach(photo -> sayFailure(photo.photo(), photo.reason()));
  }

  private void sayFailure(PhotoToCaption photo, String reason) {
    context.say(STAGE + ": " + photo.source() + ": " + reason);
  }

  private static PhotoToCaption photo(Row row, CaptionerConfig config, String version) {
    String inputId = row.getAs("input_id");
    String assetId = row.getAs("asset_id");
    String trigger = row.getAs("trigger_token");
    String noun = row.getAs("class_noun");
    String prompt = config.prompt(noun);
    return new PhotoToCaption(
        Ids.caption(inputId, config.captioner(), version, trigger, noun),
        inputId,
        row.getAs("subject_id"),
        assetId,
        AssetRow.place(row),
        row.getAs("uri"),
        Ids.description(
            assetId, config.captioner(), config.revision(), prompt, config.parameters()),
        prompt,
        trigger,
        noun,
        attributes(row, noun));
  }

  private static Attributes attributes(Row row, String noun) {
    int width = row.getAs("width");
    int height = row.getAs("height");
    int field = row.fieldIndex("faces");
    List<Row> faces = row.isNullAt(field) ? List.of() : row.getList(field);
    return new Attributes(
        noun,
        width,
        height,
        faces.size(),
        faces.isEmpty() ? 0 : share(faces.get(0), width, height),
        row.getAs("brightness_mean"),
        row.getAs("contrast"),
        row.getAs("background"),
        row.getList(row.fieldIndex("colours")));
  }

  private static double share(Row face, int width, int height) {
    int w = face.getAs("width");
    int h = face.getAs("height");
    return (double) w * h / ((double) width * height);
  }

  private JavaRDD<CaptionRow> rows(JavaRDD<CaptionedPhoto> written) {
    String captioner = config.captioner();
    String revision = version;
    String runId = context.runId();
    Instant now = context.now();
    return written
        .filter(CaptionedPhoto::captioned)
        .map(photo -> row(photo, captioner, revision, now, runId));
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
