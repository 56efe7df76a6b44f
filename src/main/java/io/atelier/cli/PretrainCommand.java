package io.atelier.cli;

import io.atelier.pretrain.BuildCheckpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code atelier pretrain}. */
@Command(
    name = "pretrain",
    header = "Trains the small checkpoint that comes with this program, from nothing.",
    description = {
      "Draws the pictures, trains the autoencoder, the text encoders and the transformer, and writes"
          + " the folder of a FLUX checkpoint. It takes hours on two cores. A run that was stopped"
          + " goes on where it was. Loss curves and sample sheets are in the work folder."
    },
    footer = "  ./atelier pretrain --work target/tiny-model --out models/atelier-tiny")
final class PretrainCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--work",
      required = true,
      paramLabel = "FOLDER",
      description = "Where pictures, latents, states and sheets go: about 3 GB.")
  private Path work;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the checkpoint goes.")
  private Path out;

  @Override
  public void run() {
    PrintWriter lines = spec.commandLine().getOut();
    try (BuildCheckpoint build =
        new BuildCheckpoint(
            work,
            out,
            BuildCheckpoint.Recipe.SHIPPED,
            line -> {
              lines.println(line);
              lines.flush();
            })) {
      build.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
