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
    header = "All stages on drawn photos of four people with a tiny model, in a few minutes.",
    description = {
      "Needs no photos, no checkpoint, no GPU and no network. Among the photos are some that must be"
          + " refused: blurred, dark, empty, cut off, without a face, with two, sent twice.",
      "",
      "The model that comes along is a FLUX of a few million parameters that has seen nothing but"
          + " drawn people; photos of your own, one folder a person, become drawings too."
    },
    footer = {"  ./atelier demo --lake lake", "  ./atelier demo --lake lake --photos photos"})
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

  @Option(
      names = "--photos",
      paramLabel = "DIR",
      description = "Folder with one sub-folder of photos a person, who take part as well.")
  private String own;

  @Override
  public Integer call() {
    Settings effective = settings.loadWithModel();
    Path folder = folder();
    spec.commandLine().getOut().println("demo: painting photos of " + PEOPLE + " people");
    SamplePhotos.write(folder, SEED, PEOPLE);
    return new StageRunner(spec, lake)
        .run(effective, context -> run(context, Locations.file(folder)));
  }

  private List<StageResult> run(JobContext context, URI drawn) {
    try {
      return own == null
          ? RunJob.run(context, drawn)
          : RunJob.run(context, drawn, Locations.parse(own));
    } finally {
      context.store().deleteFolder(drawn);
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
