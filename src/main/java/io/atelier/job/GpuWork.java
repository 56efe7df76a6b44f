package io.atelier.job;

import io.atelier.spark.Fanout;
import io.atelier.spark.Progress;
import io.atelier.spark.UnitRun;
import io.atelier.worker.TaskSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * A stage's work in tasks with a GPU each, where there are GPUs, shown as it goes on and committed
 * as tasks end.
 *
 * @param label what is done, for the progress bar
 * @param counted what the bar counts, for example {@code steps}
 * @param count how many of them a unit of work has
 */
record GpuWork<U>(JobContext context, String label, String counted, ToLongFunction<U> count) {
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(10);

  /**
   * Does the work on all units; without any it does nothing.
   *
   * @param tasks most tasks that share the units out
   * @param work makes the work of one task from what all of them need
   * @param commit takes results, on the calling thread
   */
  <R> void run(
      List<U> units,
      int tasks,
      Function<TaskSettings, UnitRun.Work<U, R>> work,
      Consumer<List<R>> commit) {
    if (units.isEmpty()) {
      return;
    }
    long total = units.stream().mapToLong(count).sum();
    try (Progress progress = context.progress(label, counted, total)) {
      UnitRun.run(
          context.onGpus(Fanout.partitions(context.spark(), units, tasks)),
          work.apply(context.task(progress)),
          COMMIT_EVERY,
          commit);
    }
  }

  /** The same with a task for each unit: for units of minutes. */
  <R> void each(
      List<U> units, Function<TaskSettings, UnitRun.Work<U, R>> work, Consumer<List<R>> commit) {
    run(units, units.size(), work, commit);
  }
}
