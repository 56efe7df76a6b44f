package io.atelier.spark;

import java.io.Serializable;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import scala.runtime.AbstractFunction1;

/**
 * Long work in portions, each of which is committed before the next one starts: a run that is
 * killed loses one portion. The rows stay on executors.
 */
public final class Portions {
  private static final double MOST_GROWTH = 4;

  private Portions() {}

  /**
   * Does the work on some neighbouring partitions after the other: on {@code first} of them, and
   * then on as many as take about {@code every}, by the portion before, but no fewer than that.
   *
   * @param rows in many small partitions, behind a shuffle, which happens once for all portions
   */
  public static <T> void run(
      JavaRDD<T> rows, int first, Duration every, Consumer<JavaRDD<T>> work) {
    int all = rows.getNumPartitions();
    int size = first;
    for (int from = 0; from < all; ) {
      int until = (int) Math.min(all, (long) from + size);
      long started = System.nanoTime();
      work.accept(partitions(rows, from, until));
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      size = Math.max(first, next(size, took, every));
      from = until;
    }
  }

  /**
   * The size of a portion that takes so long, if one of this size took that long. A smaller one
   * only if that was far too long: a long commit does not get shorter by more commits.
   */
  static int next(int size, Duration took, Duration every) {
    double growth = (double) every.toNanos() / Math.max(1, took.toNanos());
    double change = growth < 1 / MOST_GROWTH ? growth : Math.max(1, growth);
    return (int) Math.min(Integer.MAX_VALUE, size * Math.min(MOST_GROWTH, change));
  }

  private static <T> JavaRDD<T> partitions(JavaRDD<T> rows, int from, int until) {
    return new JavaRDD<>(
        PartitionPruningRDD.create(rows.rdd(), new Between(from, until)), rows.classTag());
  }

  private static final class Between extends AbstractFunction1<Object, Object>
      implements Serializable {
    private static final long serialVersionUID = 1L;
    private final int from;
    private final int until;

    Between(int from, int until) {
      this.from = from;
      this.until = until;
    }

    @Override
    public Object apply(Object partition) {
      int index = (Integer) partition;
      return from <= index && index < until;
    }
  }
}
