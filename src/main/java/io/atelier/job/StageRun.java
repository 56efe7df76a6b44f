package io.atelier.job;

import io.atelier.provenance.CodeVersion;
import io.atelier.spark.JobGroups;
import io.atelier.table.RunRow;
import io.atelier.table.TableSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one stage and writes its row to {@code runs}, last, also when it fails. */
final class StageRun {
  private static final Logger LOG = LoggerFactory.getLogger(StageRun.class);

  private StageRun() {}

  /**
   * @param sentence what the stage does, for Spark's user interface
   * @param reads the tables whose versions the row records
   */
  static StageResult run(
      JobContext context,
      String stage,
      String sentence,
      List<TableSpec<? extends Record>> reads,
      Supplier<StageResult> work) {
    Instant started = context.now();
    Map<String, Long> inputs = versions(context, reads);
    LOG.info("run {} stage {} starts on {}", context.runId(), stage, inputs);
    try {
      StageResult result = JobGroups.call(context.spark(), sentence, work);
      String status = result.failed() == 0 ? "DONE" : "PARTIAL";
      record(context, stage, status, started, inputs, result);
      LOG.info("run {} stage {} {} {}", context.runId(), stage, status, result.counts());
      context.say(stage + ": " + result.message());
      return result;
    } catch (RuntimeException | Error failure) {
      recordFailure(context, stage, started, inputs, failure);
      throw failure;
    }
  }

  private static Map<String, Long> versions(
      JobContext context, List<TableSpec<? extends Record>> reads) {
    Map<String, Long> versions = new TreeMap<>();
    reads.forEach(spec -> versions.put(spec.name(), context.tables().table(spec).version()));
    return versions;
  }

  private static void recordFailure(
      JobContext context,
      String stage,
      Instant started,
      Map<String, Long> inputs,
      Throwable failure) {
    try {
      StageResult nothing =
          new StageResult(stage, Map.of(), Map.of(), String.valueOf(failure.getMessage()));
      record(context, stage, "FAILED", started, inputs, nothing);
    } catch (RuntimeException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  private static void record(
      JobContext context,
      String stage,
      String status,
      Instant started,
      Map<String, Long> inputs,
      StageResult result) {
    Instant finished = context.now();
    RunRow row =
        new RunRow(
            context.runId(),
            stage,
            status,
            context.command(),
            inputs,
            result.outputs(),
            result.counts(),
            context.settings().hash(),
            CodeVersion.current(),
            context.spark().version(),
            started,
            finished,
            Duration.between(started, finished).toMillis() / 1000.0,
            result.message(),
            result.rulesVersion());
    context.tables().runs().insertNew(List.of(row), context.txn(stage, "runs"));
  }
}
