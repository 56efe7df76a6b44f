package io.atelier.spark;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;

/**
 * Runs one task a partition and hands every finished partition's results to the driver while the
 * others still run, so that hours of GPU work are committed as they come and not at the end. A job
 * that Spark ends because it lost too many executors goes on with the partitions that are left.
 */
public final class UnitRun {
  private static final List<String> LOST_EXECUTORS =
      List.of("ExecutorLostFailure", "excludeOnFailure", "stage with indeterminate output");

  /** A commit takes cores from the work: in the long run a tenth of the time goes into commits. */
  private static final int REST = 9;

  /** What is not committed is lost with the driver. */
  private static final Duration LONGEST_REST = Duration.ofMinutes(2);

  private UnitRun() {}

  /** A partition's work: consumes its units, gives serialisable results. */
  @FunctionalInterface
  public interface Work<U, R> extends Serializable {
    /** Results for all units of one partition; failures that belong to a unit are results too. */
    List<R> apply(Iterator<U> units);
  }

  /**
   * Runs the work over every partition; {@code commit} is called on the calling thread with the
   * results gathered since the last call, and once more at the end. Until then {@code every} lies
   * between two commits, or nine times as long as the first of them took, up to two minutes.
   *
   * @throws AtelierException if a task failed for good; what was committed before stays committed
   */
  public static <U, R> void run(
      JavaRDD<U> units, Work<U, R> work, Duration every, Consumer<List<R>> commit) {
    try (UnitJob<U, R> job = new UnitJob<>(units, work)) {
      commitWhileRunning(job, every, commit);
      await(job.end());
    }
  }

  /**
   * Ends the task that this thread runs if Spark has given it up; for work that takes long inside
   * of one unit. Outside of a task it does nothing.
   *
   * @throws TaskKilledException which is no failure of the unit
   */
  public static void stopIfGivenUp() {
    TaskContext task = TaskContext.get();
    if (task != null && task.isInterrupted()) {
      throw new TaskKilledException("the job of this task has ended");
    }
  }

  private static <R> void commitWhileRunning(
      UnitJob<?, R> job, Duration every, Consumer<List<R>> commit) {
    List<R> pending = new ArrayList<>();
    long nextCommit = System.nanoTime() + every.toNanos();
    while (!job.end().isDone()) {
      pending.addAll(poll(job.finished()));
      if (System.nanoTime() >= nextCommit && !pending.isEmpty()) {
        long began = System.nanoTime();
        commit.accept(List.copyOf(pending));
        pending.clear();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        nextCommit = System.nanoTime() + rest(every, took).toNanos();
      }
    }
    job.finished().forEach(pending::addAll);
    if (!pending.isEmpty()) {
      commit.accept(List.copyOf(pending));
    }
  }

  /** How long no commit follows one that took so long. */
  static Duration rest(Duration every, Duration took) {
    Duration rest = took.multipliedBy(REST);
    Duration most = rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
    return most.compareTo(every) < 0 ? every : most;
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
}
