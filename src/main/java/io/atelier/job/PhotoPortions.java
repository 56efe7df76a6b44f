package io.atelier.job;

import io.atelier.spark.Portions;
import io.atelier.worker.StoredPhoto;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Work on photos that is committed about every {@link #COMMIT_EVERY}. */
final class PhotoPortions {
  private static final Duration COMMIT_EVERY = Duration.ofMinutes(2);
  private static final int FILES_A_TASK = 64;

  /** More partitions than these a shuffle cannot take. */
  static final int MOST_TASKS = 20_000;

  private static final int FIRST_TASKS_A_CORE = 4;

  private PhotoPortions() {}

  /**
   * Does the work on stored photos, portion by portion.
   *
   * @param photos {@code asset_id} and {@code uri}
   * @param count how many, at least one
   */
  static void run(
      JobContext context, Dataset<Row> photos, long count, Consumer<JavaRDD<StoredPhoto>> work) {
    long wanted = Math.max(context.parallelism(), count / FILES_A_TASK);
    int tasks = (int) Math.min(Math.min(count, wanted), MOST_TASKS);
    JavaRDD<StoredPhoto> stored =
        photos
            .repartition(tasks)
            .toJavaRDD()
            .map(row -> new StoredPhoto(row.getAs("asset_id"), row.getAs("uri")));
    run(context, stored, work);
  }

  /**
   * Does the work, portion by portion.
   *
   * @param units in many small partitions
   */
  static <T> void run(JobContext context, JavaRDD<T> units, Consumer<JavaRDD<T>> work) {
    Portions.run(units, FIRST_TASKS_A_CORE * context.parallelism(), COMMIT_EVERY, work);
  }
}
