package io.atelier.job;

import io.atelier.spark.Portions;
import io.atelier.worker.StoredPhoto;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Work on stored photos that is committed about every {@link #COMMIT_EVERY}. */
final class PhotoPortions {
  private static final Duration COMMIT_EVERY = Duration.ofMinutes(2);
  private static final int FILES_A_TASK = 64;
  private static final int FIRST_TASKS_A_CORE = 4;

  private PhotoPortions() {}

  /**
   * Does the work, portion by portion.
   *
   * @param photos {@code asset_id} and {@code uri}
   * @param count how many, at least one
   */
  static void run(
      JobContext context, Dataset<Row> photos, long count, Consumer<JavaRDD<StoredPhoto>> work) {
    int tasks = (int) Math.min(count, Math.max(context.parallelism(), count / FILES_A_TASK));
    JavaRDD<StoredPhoto> stored =
        photos
            .repartition(tasks)
            .toJavaRDD()
            .map(row -> new StoredPhoto(row.getAs("asset_id"), row.getAs("uri")));
    Portions.run(stored, FIRST_TASKS_A_CORE * context.parallelism(), COMMIT_EVERY, work);
  }
}
