package io.atelier.spark;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * Shows how far a long stage is, from its first unit on. Tasks add to {@link #counter()}; running
 * tasks report with every executor heartbeat ({@code spark.executor.heartbeatInterval}). Close it
 * when the stage is over, whether it worked or not.
 */
public final class Progress implements AutoCloseable {
  private final SparkContext context;
  private final Display display;
  private final String label;
  private final String units;
  private final long total;
  private final LongAccumulator counter;
  private final TaskCounts counts;
  private final ScheduledExecutorService ticker;
  private final long started = System.nanoTime();
  private long shown = -1;

  private Progress(SparkSession spark, Display display, String label, String units, long total) {
    this.context = spark.sparkContext();
    this.display = display;
    this.label = label;
    this.units = units;
    this.total = total;
    this.counter = context.longAccumulator(label);
    this.counts = new TaskCounts(counter.id());
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts to show progress.
   *
   * @param label what is being done, e.g. "Training"
   * @param units what is counted, e.g. "steps"
   * @param total units in all
   */
  public static Progress start(
      SparkSession spark, Display display, String label, String units, long total) {
    Progress progress = new Progress(spark, display, label, units, total);
    progress.context.addSparkListener(progress.counts);
    long interval = display.interval().toMillis();
    progress.ticker.scheduleWithFixedDelay(
        progress::tick, interval, interval, TimeUnit.MILLISECONDS);
    return progress;
  }

  /** Where tasks count their units; travels with the closure. */
  public LongAccumulator counter() {
    return counter;
  }

  /** Units done so far, of finished and running tasks; at most the total. */
  public long done() {
    // Listeners hear of a task a moment later than the accumulator does, but are right about
    // retries.
    return Math.min(total, counts.total());
  }

  /** Shows the last figures and stops. */
  @Override
  public void close() {
    ticker.shutdownNow();
    context.removeSparkListener(counts);
    synchronized (this) {
      long done = Math.min(total, Math.max(done(), counter.value()));
      if (display.terminal() || done != shown) {
        show(done, true);
      }
    }
  }

  private synchronized void tick() {
    long done = done();
    if (display.terminal() || done != shown) {
      show(done, false);
    }
  }

  private void show(long done, boolean last) {
    double seconds = (System.nanoTime() - started) / 1e9;
    String figures = ProgressText.figures(label, units, done, total, seconds);
    if (display.terminal()) {
      display.out().print("\r" + ProgressText.bar(done, total) + "  " + figures + "\u001b[K");
      if (last) {
        display.out().println();
      }
    } else {
      display.out().println(figures);
    }
    display.out().flush();
    shown = done;
  }
}
