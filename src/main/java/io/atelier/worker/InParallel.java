package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

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
        R result = future.get();
        done.accept(result);
        results.add(result);
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AtelierException(ErrorCode.INTERNAL, "Interrupted while photos were described.", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
