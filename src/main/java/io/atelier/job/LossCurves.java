package io.atelier.job;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.ceil;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.when;

import io.atelier.report.LossPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The curves of trainings, thinned by the executors: a lake of thousands of adapters has hundreds
 * of millions of steps, and only what a chart can show comes to the driver.
 */
final class LossCurves {
  private LossCurves() {}

  /**
   * At most {@code most} points a training, evenly spread, its first and last step among them.
   *
   * @param steps rows of {@code training_steps} with {@code training} beside {@code step} and
   *     {@code loss}
   * @param most 2 or more
   * @return {@code training}, {@code step}, {@code loss}, and {@code mean} of the losses after the
   *     point before
   */
  static Dataset<Row> thinned(Dataset<Row> steps, int most) {
    Dataset<Row> last = steps.groupBy("training").agg(max("step").as("last"));
    Column spread =
        ceil(lit(most - 1.0).multiply(col("step").minus(1)).divide(col("last").minus(1)));
    return steps
        .join(broadcast(last), "training")
        .withColumn("point", when(col("last").gt(most), spread).otherwise(col("step")))
        .groupBy("training", "point")
        .agg(
            max("step").as("step"),
            max_by(col("loss"), col("step")).as("loss"),
            avg("loss").as("mean"))
        .select("training", "step", "loss", "mean");
  }

  /** The points of each training, by its id, in order. */
  static Map<String, List<LossPoint>> read(Dataset<Row> steps, int most) {
    Map<String, List<LossPoint>> curves = new HashMap<>();
    for (Row row : thinned(steps, most).sort("step").collectAsList()) {
      curves
          .computeIfAbsent(row.getString(0), id -> new ArrayList<>())
          .add(new LossPoint(row.getInt(1), row.getDouble(2), row.getDouble(3)));
    }
    return curves;
  }
}
