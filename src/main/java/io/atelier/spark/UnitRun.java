package io.atelier.spark;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Runs one task a partition and hands every finished partition's results to the driver while the
 * others still run, so that hours of GPU work are committed as they come and not at the end.
 */
public final class UnitRun {
  private static final String POOL = "spark.scheduler.pool";
  private static final List<String> LOST_EXECUTORS =
      List.of("ExecutorLostFailure", "excludeOnFailure");

  private UnitRun() {}

  /** A partition's work: consumes its units, gives serialisable results. */
  @FunctionalInterface
  public interface Work<U, R> extends Serializable {
    /** Results for all units of one partition; failures that belong to a unit are results too. */
    List<R> apply(Iterator<U> units);
  }

  /**
   * Runs the work over every partition; {@code commit} is called on the calling thread with the
   * results gathered since the last call, at most every {@code every}, and once more at the end.
   *
   * @throws AtelierException if a task failed for good; what was committed before stays committed
   */
  public static <U, R> void run(
      JavaRDD<U> units, Work<U, R> work, Duration every, Consumer<List<R>> commit) {
    String group = "atelier-" + UUID.randomUUID();
    BlockingQueue<List<R>> finished = new LinkedBlockingQueue<>();
    CompletableFuture<Void> job = submit(group, units, work, finished);
    try {
      commitWhileRunning(job, finished, every, commit);
    } finally {
      if (!job.isDone()) {
        units.context().cancelJobGroup(group);
      }
    }
    await(job);
  }

  private static <R> void commitWhileRunning(
      CompletableFuture<Void> job,
      BlockingQueue<List<R>> finished,
      Duration every,
      Consumer<List<R>> commit) {
    List<R> pending = new ArrayList<>();
    long nextCommit = System.nanoTime() + every.toNanos();
    while (!job.isDone()) {
      pending.addAll(poll(finished));
      if (System.nanoTime() >= nextCommit && !pending.isEmpty()) {
        commit.accept(List.copyOf(pending));
        pending.clear();
        nextCommit = System.nanoTime() + every.toNanos();
      }
    }
    finished.forEach(pending::addAll);
    if (!pending.isEmpty()) {
      commit.accept(List.copyOf(pending));
    }
  }

  private static <R> List<R> poll(BlockingQueue<List<R>> finished) {
    try {
      List<R> results = finished.poll(200, TimeUnit.MILLISECONDS);
      return results == null ? List.of() : results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AtelierException(
          ErrorCode.INTERNAL, "Interrupted while tasks ran. Run the same command again.", e);
    }
  }

  private static <U, R> CompletableFuture<Void> submit(
      String group, JavaRDD<U> units, Work<U, R> work, BlockingQueue<List<R>> finished) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread = new Thread(() -> runJob(group, units, work, finished, done), group);
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  private static <U, R> void runJob(
      String group,
      JavaRDD<U> units,
      Work<U, R> work,
      BlockingQueue<List<R>> finished,
      CompletableFuture<Void> done) {
    try {
      String description = units.context().getLocalProperty("spark.job.description");
      JavaSparkContext context = new JavaSparkContext(units.rdd().sparkContext());
      context.setJobGroup(group, description, false);
      // In a pool of its own, so that a commit gets the next cores that come free.
      context.setLocalProperty(POOL, "units");
      ClassTag<List<R>> tag = ClassTag$.MODULE$.apply(List.class);
      units
          .rdd()
          .sparkContext()
          .runJob(units.rdd(), new OnExecutor<>(work), new OnDriver<>(finished), tag);
      done.complete(null);
    } catch (Throwable failure) {
      done.completeExceptionally(failure);
    }
  }

  private static void await(CompletableFuture<Void> job) {
    try {
      job.join();
    } catch (CompletionException failure) {
      throw new AtelierException(
          code(failure),
          "A Spark stage failed: "
              + firstLine(failure.getCause())
              + " What finished before is committed; run the same command again to go on.",
          failure.getCause());
    }
  }

  /** Spark appends the executor's stack trace to its message; the log has it. */
  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  /** What ends a stage; Spark tells of lost machines in words only. */
  static ErrorCode code(Throwable failure) {
    boolean lost = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AtelierException known) {
        return known.code();
      }
      String message = String.valueOf(cause.getMessage());
      lost |= LOST_EXECUTORS.stream().anyMatch(message::contains);
    }
    return lost ? ErrorCode.EXECUTORS_LOST : ErrorCode.INTERNAL;
  }

  private static final class OnExecutor<U, R>
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<U>, List<R>>
      implements Serializable {
    private static final long serialVersionUID = 1L;
    private final Work<U, R> work;

    OnExecutor(Work<U, R> work) {
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
    private final BlockingQueue<List<R>> finished;

    OnDriver(BlockingQueue<List<R>> finished) {
      this.finished = finished;
    }

    @Override
    public BoxedUnit apply(Object partition, List<R> results) {
      finished.add(results);
      return BoxedUnit.UNIT;
    }
  }
}
