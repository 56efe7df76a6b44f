package io.atelier.cli;

import io.atelier.pretrain.BuildCheckpoint;
import io.atelier.pretrain.BuildPortraitNetwork;
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
    header = "Trains the small models that come with this program, from nothing.",
    description = {
      "Draws the pictures, trains the autoencoder, the text encoders and the transformer, and writes"
          + " the folder of a FLUX checkpoint; then the network that tells who is on a portrait,"
          + " which goes beside it as OUT-identity/model.onnx. It takes hours on two cores. A run"
          + " that was stopped goes on where it was. Loss curves and sample sheets are in the work"
          + " folder."
    },
    footer = "  ./atelier pretrain --work target/tiny-model --out models/atelier-tiny")
final class PretrainCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--work",
      required = true,
      paramLabel = "FOLDER",
      description = "Where pictures, latents, states and sheets go: about 5 GB.")
  private Path work;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the checkpoint goes.")
  private Path out;

  @Option(
      names = "--only",
      paramLabel = "MODEL",
      description = {
        "CHECKPOINT or IDENTITY: trains one of the two instead of both. TRANSFORMER: the checkpoint's"
            + " transformer, beside the autoencoder and text encoders that are in OUT already."
      })
  private Model only;

  private enum Model {
    CHECKPOINT,
    TRANSFORMER,
    IDENTITY
  }

  @Override
  public void run() {
    try {
      if (only != Model.IDENTITY) {
        try (BuildCheckpoint build =
            new BuildCheckpoint(work, out, BuildCheckpoint.Recipe.SHIPPED, this::line)) {
          if (only == Model.TRANSFORMER) {
            build.runTransformer();
          } else {
            build.run();
          }
        }
      }
      if (only == null || only == Model.IDENTITY) {
        Path file = out.resolveSibling(out.getFileName() + "-identity").resolve("model.onnx");
        new BuildPortraitNetwork(work, file, BuildPortraitNetwork.Recipe.SHIPPED, this::line).run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void line(String text) {
    PrintWriter lines = spec.commandLine().getOut();
    lines.println(text);
    lines.flush();
  }
}
