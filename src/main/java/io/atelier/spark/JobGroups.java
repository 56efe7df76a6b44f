package io.atelier.spark;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** Names Spark jobs by a sentence for whoever looks at the Spark UI or the event log. */
public final class JobGroups {
  private static final String[] PROPERTIES = {
    "spark.jobGroup.id", "spark.job.description", "spark.job.interruptOnCancel"
  };

  private JobGroups() {}

  /**
   * Runs a block whose jobs carry a sentence, e.g. "Measuring 412 photos"; afterwards jobs of this
   * thread are named as before.
   */
  public static <T> T call(SparkSession spark, String sentence, Supplier<T> block) {
    SparkContext context = spark.sparkContext();
    String[] before = new String[PROPERTIES.length];
    for (int i = 0; i < before.length; i++) {
      before[i] = context.getLocalProperty(PROPERTIES[i]);
    }
    context.setJobGroup(sentence, sentence, false);
    try {
      return block.get();
    } finally {
      for (int i = 0; i < before.length; i++) {
        context.setLocalProperty(PROPERTIES[i], before[i]);
      }
    }
  }

  /** The same for a block without a result. */
  public static void run(SparkSession spark, String sentence, Runnable block) {
    call(
        spark,
        sentence,
        () -> {
          block.run();
          return null;
        });
  }
}
