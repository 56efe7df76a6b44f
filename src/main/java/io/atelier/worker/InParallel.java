package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** Work that waits more than it computes, on threads of its own inside one task. */
final class InParallel {
  private InParallel() {}

  /**
   * The results in the order of the units.
   *
   * @param done called on the task's own thread, once a unit
   */
  static <U, R> List<R> map(List<U> units, int threads, Function<U, R> work, Consumer<R> done) {
    ExecutorService pool =
        Executors.newFixedThreadPool(Math.max(1, Math.min(threads, units.size())));
    try {
      List<Future<R>> futures = new ArrayList<>();
      units.forEach(unit -> futures.add(pool.submit(() -> work.apply(unit))));
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        R result = get(future);
        done.accept(result);
        results.add(result);
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  /**
   * The same for units without end: results in the order of the units, at most so many units begun
   * and not yet handed on. Units are taken on the caller's thread. The threads end with the units,
   * or with the task.
   */
  static <U, R> Iterator<R> stream(Iterator<U> units, int threads, Function<U, R> work) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    TaskContext task = TaskContext.get();
    if (task != null) {
      TaskCompletionListener stop = finished -> pool.shutdownNow();
      task.addTaskCompletionListener(stop);
    }
    Deque<Future<R>> begun = new ArrayDeque<>();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        while (begun.size() < threads && units.hasNext()) {
          U unit = units.next();
          begun.add(pool.submit(() -> work.apply(unit)));
        }
        if (begun.isEmpty()) {
          pool.shutdown();
        }
        return !begun.isEmpty();
      }

      @Override
      public R next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return get(begun.remove());
      }
    };
  }

  private static <R> R get(Future<R> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AtelierException(ErrorCode.INTERNAL, "Interrupted while photos were worked on.", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }
}
