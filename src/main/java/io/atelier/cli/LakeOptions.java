package io.atelier.cli;

import io.atelier.config.Settings;
import io.atelier.job.JobContext;
import io.atelier.job.StageResult;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where the tables and files of a job are. */
final class LakeOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--lake",
      required = true,
      paramLabel = "URI",
      description = "Root of all tables and files: a local folder or s3a://bucket/path.")
  private String lake;

  int run(Settings settings, Function<JobContext, List<StageResult>> stages) {
    return new StageRunner(command, lake).run(settings, stages);
  }
}
