package io.atelier.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.atelier.caption.Answer;
import io.atelier.caption.CaptionerConfig;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.spark.Progress;
import io.atelier.spark.UnitRun;
import io.atelier.table.DescriptionRow;
import io.atelier.table.TxnId;
import io.atelier.worker.AnsweredPhoto;
import io.atelier.worker.DescribePhotos;
import io.atelier.worker.DescribedPhoto;
import io.atelier.worker.KeptAnswers;
import io.atelier.worker.PhotoToCaption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * The answers of a captioner that costs time or money, in the table {@code descriptions}: what is
 * there is not asked for again. Answers are committed as tasks finish. Those that cost money are
 * files in the lake until then, so that neither a killed task nor a killed run pays twice; of a
 * model of our own at most those since the last commit and of the tasks that were at work, {@link
 * #PHOTOS_A_TASK} photos each, are made again.
 */
final class Descriptions {
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(10);
  private static final int PHOTOS_A_TASK = 16;
  private static final int REFUSES_ALL_AFTER = 10;
  private static final Column SAYS_SOMETHING = length(coalesce(col("text"), lit(""))).gt(0);

  private final JobContext context;
  private final CaptionerConfig config;
  private final long started = System.nanoTime();
  private TxnId txn;
  private boolean hasAnswered;
  private long refusals;
  private long failed;
  private long answers;
  private long promptTokens;
  private long completionTokens;
  private double cost;
  private double seconds;

  Descriptions(JobContext context, CaptionerConfig config) {
    this.context = context;
    this.config = config;
    this.txn = context.txn(CaptionJob.STAGE, "descriptions");
  }

  /** Asks for what is missing; the same picture of two subjects once. */
  void complete(JavaRDD<PhotoToCaption> photos) {
    JavaRDD<PhotoToCaption> missing =
        photos
            .mapToPair(photo -> new Tuple2<>(photo.descriptionId(), photo))
            .reduceByKey((one, same) -> one)
            .subtractByKey(known(col("status").notEqual("FAILED")))
            .values()
            .cache();
    try {
      long count = missing.count();
      if (count > 0) {
        ask(missing, count);
      }
      KeptAnswers.forget(context.store(), context.lake(), config);
    } finally {
      missing.unpersist();
    }
  }

  private void ask(JavaRDD<PhotoToCaption> missing, long count) {
    hasAnswered = !known(SAYS_SOMETHING).isEmpty();
    int tasks = (int) Math.max(1, (count + PHOTOS_A_TASK - 1) / PHOTOS_A_TASK);
    // By a key, so that a photo is in the same task whenever tasks are dealt out.
    JavaRDD<PhotoToCaption> units =
        missing
            .keyBy(PhotoToCaption::descriptionId)
            .partitionBy(new HashPartitioner(tasks))
            .values();
    try (Progress progress = context.progress("Describing", "photos", count)) {
      DescribePhotos work = new DescribePhotos(config, context.task(progress));
      UnitRun.<PhotoToCaption, DescribedPhoto>run(
          config.computes() ? context.onGpus(units) : units,
          work::apply,
          COMMIT_EVERY,
          this::commit);
    }
    seconds = (System.nanoTime() - started) / 1e9;
  }

  private void commit(List<DescribedPhoto> photos) {
    Instant now = context.now();
    long told = photos.stream().filter(photo -> photo.answer() != null).count();
    hasAnswered |= told > 0;
    // Who refuses more than it answers is ill, and may answer another day.
    boolean well = told > photos.stream().filter(DescribedPhoto::refused).count();
    List<DescriptionRow> rows = photos.stream().map(photo -> row(photo, well, now)).toList();
    context.tables().descriptions().replaceFailed(rows, txn);
    txn = txn.next();
    rows.forEach(this::count);
    photos.stream()
        .filter(DescribedPhoto::fatal)
        .findFirst()
        .ifPresent(
            photo -> {
              throw new AtelierException(photo.failure(), photo.reason());
            });
    photos.stream().filter(DescribedPhoto::refused).forEach(this::refused);
  }

  /** Who has never answered and refuses one photo after the other is asked in the wrong way. */
  private void refused(DescribedPhoto photo) {
    refusals++;
    if (!hasAnswered && refusals >= REFUSES_ALL_AFTER) {
      throw new AtelierException(
          ErrorCode.BAD_ENDPOINT,
          "The captioner refuses every photo; the first "
              + refusals
              + " have no caption. Check the model, the prompt and the size of pictures in caption.*"
              + " and run again. The last one: "
              + photo.reason());
    }
  }

  private void count(DescriptionRow row) {
    if (row.status().equals("FAILED")) {
      failed++;
    } else {
      answers++;
      promptTokens += row.promptTokens();
      completionTokens += row.completionTokens();
      cost += row.cost();
    }
  }

  /**
   * A row.
   *
   * @param well whether the captioner answers others, so that what it refuses it refuses for good
   */
  private DescriptionRow row(DescribedPhoto described, boolean well, Instant now) {
    PhotoToCaption photo = described.photo();
    Answer answer = described.answer();
    boolean usable = answer != null && described.reason() == null;
    boolean stands = answer != null || described.refused() && well;
    return new DescriptionRow(
        photo.descriptionId(),
        photo.assetId(),
        config.captioner(),
        config.revision(),
        photo.prompt(),
        config.parameters(),
        usable ? "DONE" : stands ? "UNUSABLE" : "FAILED",
        described.reason(),
        answer != null ? answer.text() : stands ? "" : null,
        answer != null && answer.complete(),
        answer == null ? null : answer.model(),
        answer == null ? 0 : answer.promptTokens(),
        answer == null ? 0 : answer.completionTokens(),
        answer == null ? 0 : answer.cost(),
        answer == null ? 0 : answer.requests(),
        described.seconds(),
        now,
        context.runId());
  }

  /** Photos with an answer, whether it turns out to be of use or not. */
  JavaRDD<AnsweredPhoto> answered(JavaRDD<PhotoToCaption> photos) {
    return photos
        .keyBy(PhotoToCaption::descriptionId)
        .join(known(SAYS_SOMETHING))
        .values()
        .map(pair -> new AnsweredPhoto(pair._1(), pair._2()._1(), pair._2()._2()));
  }

  /** Photos without an answer, and why. */
  JavaPairRDD<PhotoToCaption, String> unanswered(JavaRDD<PhotoToCaption> photos) {
    return photos
        .keyBy(PhotoToCaption::descriptionId)
        .join(known(not(SAYS_SOMETHING)))
        .values()
        .mapToPair(pair -> new Tuple2<>(pair._1(), pair._2()._1()));
  }

  /** How many photos got no answer in this run and are asked for again in the next. */
  long failed() {
    return failed;
  }

  /** Text, or the reason why there is none, and whether it is complete; by description. */
  private JavaPairRDD<String, Tuple2<String, Boolean>> known(Column status) {
    Dataset<Row> rows = context.tables().descriptions().read();
    return rows.where(col("captioner").equalTo(config.captioner()))
        .where(col("revision").equalTo(config.revision()))
        .where(status)
        .selectExpr("description_id", "coalesce(nullif(text, ''), reason)", "complete")
        .toJavaRDD()
        .mapToPair(
            row ->
                new Tuple2<>(row.getString(0), new Tuple2<>(row.getString(1), row.getBoolean(2))));
  }

  /** What this run asked for, for its row; empty if nothing. Cost is in millionths. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    if (answers > 0) {
      counts.put("answers", answers);
      counts.put("prompt_tokens", promptTokens);
      counts.put("completion_tokens", completionTokens);
      counts.put("cost_millionths", Math.round(cost * 1e6));
    }
    return counts;
  }

  /** The same for a person. */
  String sentence() {
    return answers == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "; %d answers, %.1f a second, %d + %d tokens, cost %.4f",
            answers,
            answers / seconds,
            promptTokens,
            completionTokens,
            cost);
  }
}
