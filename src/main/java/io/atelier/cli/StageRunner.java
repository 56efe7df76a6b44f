package io.atelier.cli;

import io.atelier.config.Settings;
import io.atelier.job.JobContext;
import io.atelier.job.StageResult;
import io.atelier.provenance.Ids;
import io.atelier.spark.Display;
import io.atelier.spark.Sessions;
import io.atelier.store.HadoopStore;
import io.atelier.store.Lake;
import io.atelier.table.LakeTables;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Model.CommandSpec;

/** Runs stages over a lake in a Spark session of their own. */
final class StageRunner {
  private final CommandSpec command;
  private final String lake;

  StageRunner(CommandSpec command, String lake) {
    this.command = command;
    this.lake = lake;
  }

  /**
   * Runs the stages.
   *
   * @return {@link ExitCode#DONE}, or {@link ExitCode#TOO_MANY_FAILED}
   */
  int run(Settings settings, Function<JobContext, List<StageResult>> stages) {
    Lake root = Lake.at(lake);
    String name = command.name();
    SparkSession spark = Sessions.open("atelier " + name, Sessions.Kind.MODEL);
    try {
      JobContext context = context(settings, root, spark);
      return exitCode(settings, stages.apply(context));
    } finally {
      spark.stop();
    }
  }

  private JobContext context(Settings settings, Lake root, SparkSession spark) {
    PrintWriter out = command.commandLine().getOut();
    Clock clock = Clock.systemUTC();
    return new JobContext(
        spark,
        root,
        new HadoopStore(spark.sparkContext().hadoopConfiguration()),
        new LakeTables(spark, root.tables()),
        settings,
        Ids.run(clock.instant()),
        String.join(" ", command.commandLine().getParseResult().originalArgs()),
        clock,
        Display.on(out, Progress.onTerminal()));
  }

  private int exitCode(Settings settings, List<StageResult> results) {
    int code = ExitCode.DONE;
    for (StageResult result : results) {
      if (result.failed() > settings.runtime().maxFailedShare() * result.total()) {
        command
            .commandLine()
            .getErr()
            .printf(
                "%s: %d of %d rows failed, more than runtime.max_failed_share (%s) allows%n",
                result.stage(),
                result.failed(),
                result.total(),
                settings.runtime().maxFailedShare());
        code = ExitCode.TOO_MANY_FAILED;
      }
    }
    return code;
  }
}
