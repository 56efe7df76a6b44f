package io.atelier.cli;

import io.atelier.config.Settings;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.job.JobContext;
import io.atelier.job.RunJob;
import io.atelier.job.StageResult;
import io.atelier.sample.SamplePhotos;
import io.atelier.store.Locations;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code atelier demo}. */
@Command(
    name = "demo",
    header = "All stages on painted photos of four people and a tiny model, in a few minutes.",
    description = {
      "Needs no photos, no checkpoint, no GPU and no network. Among the photos are some that must be"
          + " refused: blurred, dark, empty, cut off, without a face, with two, sent twice.",
      "",
      "The model that comes along has random weights: its pictures are noise, all else is real."
    },
    footer = "  ./atelier demo --lake lake")
final class DemoCommand implements Callable<Integer> {
  private static final long SEED = 9;
  private static final int PEOPLE = 4;

  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions settings;

  @Option(
      names = "--lake",
      paramLabel = "URI",
      defaultValue = "lake",
      description = "Root of all tables and files. Default: ${DEFAULT-VALUE}.")
  private String lake;

  @Override
  public Integer call() {
    Settings effective = settings.loadWithModel();
    Path folder = folder();
    spec.commandLine().getOut().println("demo: painting photos of " + PEOPLE + " people");
    SamplePhotos.write(folder, SEED, PEOPLE);
    return new StageRunner(spec, lake)
        .run(effective, context -> run(context, Locations.file(folder)));
  }

  private static List<StageResult> run(JobContext context, URI photos) {
    try {
      return RunJob.run(context, photos);
    } finally {
      context.store().deleteFolder(photos);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("atelier-demo");
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.STORE_UNAVAILABLE,
          "Cannot make a temporary folder for the photos: " + e + "; free some space or set TMPDIR",
          e);
    }
  }
}
