package io.atelier.spark;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import scala.Option;
import scala.Tuple4;
import scala.collection.Iterator;

/**
 * Adds up one accumulator over finished and running tasks. The accumulator's own value on the
 * driver moves only when a task ends; heartbeats bring what running tasks have counted so far. A
 * task that fails takes its count back.
 */
final class TaskCounts extends SparkListener {
  private final long accumulator;
  private final Map<Long, Long> running = new HashMap<>();
  private final Map<String, Long> finished = new HashMap<>();

  TaskCounts(long accumulator) {
    this.accumulator = accumulator;
  }

  synchronized long total() {
    return sum(running) + sum(finished);
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    Iterator<?> tasks = update.accumUpdates().iterator();
    while (tasks.hasNext()) {
      Tuple4<?, ?, ?, ?> task = (Tuple4<?, ?, ?, ?>) tasks.next();
      Long count = count(((scala.collection.Iterable<?>) task._4()).iterator());
      if (count != null) {
        running.put((Long) task._1(), count);
      }
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    TaskInfo info = end.taskInfo();
    running.remove(info.taskId());
    Long count = count(info.accumulables().iterator());
    if (info.successful() && count != null) {
      finished.put(end.stageId() + "/" + info.partitionId(), count);
    }
  }

  private Long count(Iterator<?> accumulables) {
    while (accumulables.hasNext()) {
      AccumulableInfo info = (AccumulableInfo) accumulables.next();
      Option<Object> update = info.update();
      if (info.id() == accumulator && update.isDefined()) {
        return ((Number) update.get()).longValue();
      }
    }
    return null;
  }

  private static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
