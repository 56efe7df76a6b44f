package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.provenance.Ids;
import io.atelier.spark.Display;
import io.atelier.spark.GpuStage;
import io.atelier.spark.Progress;
import io.atelier.store.Lake;
import io.atelier.store.Store;
import io.atelier.table.LakeTables;
import io.atelier.table.TxnId;
import io.atelier.worker.TaskSettings;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/**
 * What every stage of one run shares.
 *
 * @param runId names the run in every row and commit that it makes
 * @param command the command line, without secrets, for the run's row
 */
public record JobContext(
    SparkSession spark,
    Lake lake,
    Store store,
    LakeTables tables,
    Settings settings,
    String runId,
    String command,
    Clock clock,
    Display display) {

  /** Now, in Spark's precision. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /** The first write of a stage of this run to a table. */
  TxnId txn(String stage, String table) {
    return TxnId.of(stage, table, runId);
  }

  /** The same for a run of its own: a stage writes once in a run. */
  JobContext anotherRun() {
    return new JobContext(
        spark, lake, store, tables, settings, Ids.run(clock.instant()), command, clock, display);
  }

  /** One line for a person. */
  void say(String line) {
    display.out().println(line);
    display.out().flush();
  }

  /** Shows how far a stage is until it is closed. */
  Progress progress(String label, String units, long total) {
    return Progress.start(spark, display, label, units, total);
  }

  /** The same work in tasks with a GPU each, where there are GPUs. */
  <T> JavaRDD<T> onGpus(JavaRDD<T> work) {
    return GpuStage.of(spark).apply(work);
  }

  /** Tasks that can run at once. */
  int parallelism() {
    return Math.max(1, spark.sparkContext().defaultParallelism());
  }

  /** What a stage's tasks need besides their model. */
  TaskSettings task(Progress progress) {
    return new TaskSettings(
        store,
        lake,
        settings.model().device(),
        settings.runtime().threads().orElse(0),
        progress.counter());
  }
}
