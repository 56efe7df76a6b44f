package io.atelier.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Hands a work list out to executors in partitions of known content. A hash shuffle does not do
 * that: {@code repartition(64)} of 64 rows left 32 partitions empty, and adaptive execution merged
 * 64 keyed ones into one.
 */
public final class Fanout {
  private Fanout() {}

  /** One unit a partition, in order: for units of minutes, such as a training. */
  public static <T> JavaRDD<T> each(SparkSession spark, List<T> units) {
    return partitions(spark, units, units.size());
  }

  /** So many partitions of neighbouring units, their sizes differing by at most one. */
  public static <T> JavaRDD<T> partitions(SparkSession spark, List<T> units, int partitions) {
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    int slices = Math.max(1, Math.min(partitions, units.size()));
    return context.parallelize(new ArrayList<>(units), slices);
  }

  /**
   * Units that are on executors, in so many partitions whose sizes differ by at most one. Costs a
   * count of the units, so persist them.
   */
  public static <T> JavaRDD<T> spread(JavaRDD<T> units, int partitions) {
    return units
        .zipWithIndex()
        .mapToPair(unit -> new Tuple2<>(unit._2(), unit._1()))
        .partitionBy(new HashPartitioner(Math.max(1, partitions)))
        .values();
  }

  /** Units that are on executors, those of one group together as neighbours. */
  public static <T> JavaRDD<T> together(
      JavaRDD<T> units, Function<T, String> group, int partitions) {
    JavaPairRDD<String, T> grouped = units.mapToPair(unit -> new Tuple2<>(group.call(unit), unit));
    return grouped
        .repartitionAndSortWithinPartitions(new HashPartitioner(Math.max(1, partitions)))
        .values();
  }
}
