package io.atelier.spark;

import io.atelier.error.ErrorCode;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;
import org.apache.spark.rdd.DeterministicLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * The Spark job of a {@link UnitRun}, on a thread of its own. Spark ends a job once one task has
 * lost {@code spark.task.maxFailures} executors, whatever it got done on each of them: then what is
 * left is a new job, as long as something comes to its end now and then. It begins when no task of
 * the old one runs any more: two at one unit would do, and pay for, the same thing.
 */
final class UnitJob<U, R> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnitJob.class);
  private static final String POOL = "spark.scheduler.pool";

  /** Jobs in a row that lose too many executors before any of their partitions is done. */
  private static final int MOST_IN_VAIN = 3;

  /** Longer than Spark's reaper, where it is on, leaves a task that it has told to stop. */
  private static final Duration STOPPING = Duration.ofSeconds(150);

  private static final Duration CANCELLING = Duration.ofSeconds(10);

  private final JavaRDD<U> units;
  private final UnitRun.Work<U, R> work;
  private final String group = "atelier-" + UUID.randomUUID();
  private final SortedSet<Integer> left = new ConcurrentSkipListSet<>();
  private final BlockingQueue<List<R>> finished = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private volatile boolean closed;

  /** Starts it. */
  UnitJob(JavaRDD<U> units, UnitRun.Work<U, R> work) {
    this.units = units;
    this.work = work;
    for (int partition = 0; partition < units.getNumPartitions(); partition++) {
      left.add(partition);
    }
    Thread thread = new Thread(this::run, group);
    thread.setDaemon(true);
    thread.start();
  }

  /** Results of partitions that are done, each once, for one reader. */
  BlockingQueue<List<R>> finished() {
    return finished;
  }

  /** Done when all partitions are, or with what ended the job for good. */
  CompletableFuture<Void> end() {
    return end;
  }

  private void run() {
    try {
      String description = units.context().getLocalProperty("spark.job.description");
      JavaSparkContext context = new JavaSparkContext(units.rdd().sparkContext());
      context.setJobGroup(group, description, false);
      // In a pool of its own, so that a commit gets the next cores that come free.
      context.setLocalProperty(POOL, "units");
      for (int inVain = 0; !left.isEmpty() && !closed; ) {
        int before = left.size();
        try {
          runLeft();
        } catch (Throwable failure) {
          inVain = left.size() < before ? 0 : inVain + 1;
          goOn(failure, inVain);
          awaitStopped(context.statusTracker());
        }
      }
      end.complete(null);
    } catch (Throwable failure) {
      end.completeExceptionally(failure);
    }
  }

  /** Throws if there is to be no other job. */
  private void goOn(Throwable failure, int inVain) throws Throwable {
    // Rows that are dealt out anew each time may be in a partition that is done.
    boolean dealtAnew =
        units.rdd().outputDeterministicLevel().equals(DeterministicLevel.INDETERMINATE());
    if (closed || dealtAnew || UnitRun.code(failure) != ErrorCode.EXECUTORS_LOST) {
      throw failure;
    }
    if (inVain == MOST_IN_VAIN) {
      throw new IllegalStateException(
          "%d jobs in a row lost too many executors before any of their %d tasks was done: %s"
              .formatted(inVain, left.size(), failure.getMessage()),
          failure);
    }
    LOG.warn(
        "too many executors were lost; the {} tasks that are left are a new job",
        left.size(),
        failure);
  }

  private void awaitStopped(JavaSparkStatusTracker tracker) throws InterruptedException {
    long end = System.nanoTime() + STOPPING.toNanos();
    while (isRunning(tracker) && !closed && System.nanoTime() < end) {
      Thread.sleep(100);
    }
  }

  private boolean isRunning(JavaSparkStatusTracker tracker) {
    return Arrays.stream(tracker.getJobIdsForGroup(group))
        .mapToObj(tracker::getJobInfo)
        .filter(Objects::nonNull)
        .flatMapToInt(job -> Arrays.stream(job.stageIds()))
        .mapToObj(tracker::getStageInfo)
        .anyMatch(stage -> stage != null && stage.numActiveTasks() > 0);
  }

  private void runLeft() {
    ClassTag<List<R>> tag = ClassTag$.MODULE$.apply(List.class);
    units
        .rdd()
        .sparkContext()
        .runJob(
            units.rdd(),
            new OnExecutor<>(work),
            JavaConverters.asScalaBuffer(new ArrayList<Object>(left)).toSeq(),
            new OnDriver<>(left, finished),
            tag);
  }

  /** Cancels what has not come to its end. */
  @Override
  public void close() {
    closed = true;
    long patience = System.nanoTime() + CANCELLING.toNanos();
    // Once is not enough where the next job is about to begin.
    while (!end.isDone() && System.nanoTime() < patience) {
      units.context().cancelJobGroup(group);
      end.exceptionally(failure -> null).completeOnTimeout(null, 100, TimeUnit.MILLISECONDS).join();
    }
  }

  private static final class OnExecutor<U, R>
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<U>, List<R>>
      implements Serializable {
    private static final long serialVersionUID = 1L;
    private final UnitRun.Work<U, R> work;

    OnExecutor(UnitRun.Work<U, R> work) {
      this.work = work;
    }

    @Override
    public List<R> apply(TaskContext context, scala.collection.Iterator<U> units) {
      return work.apply(new UnitIterator<>(units));
    }
  }

  private record UnitIterator<U>(scala.collection.Iterator<U> units) implements Iterator<U> {
    @Override
    public boolean hasNext() {
      return units.hasNext();
    }

    @Override
    public U next() {
      return units.next();
    }
  }

  private static final class OnDriver<R> extends AbstractFunction2<Object, List<R>, BoxedUnit> {
    private final List<Integer> partitions;
    private final SortedSet<Integer> left;
    private final BlockingQueue<List<R>> finished;

    OnDriver(SortedSet<Integer> left, BlockingQueue<List<R>> finished) {
      this.partitions = List.copyOf(left);
      this.left = left;
      this.finished = finished;
    }

    /** Spark counts the partitions of a job from 0. */
    @Override
    public BoxedUnit apply(Object index, List<R> results) {
      finished.add(results);
      left.remove(partitions.get((Integer) index));
      return BoxedUnit.UNIT;
    }
  }
}
