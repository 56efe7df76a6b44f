package io.atelier.cli;

import io.atelier.flux.Checkpoint;
import io.atelier.lora.MergedCheckpoint;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code atelier adapter merge}. */
@Command(
    name = "merge",
    header = "Merges adapters into a base model and writes a whole checkpoint.",
    description = {
      "The transformer's weights become W + sum of WEIGHT * B A, computed in float32 and rounded"
          + " once to the type in the source; shards, types and all other components stay as they"
          + " are. One tensor is in memory at a time. The folder appears under its name when it is"
          + " complete.",
      "",
      "A merged model works in every program that opens the base model, at the base model's speed;"
          + " the adapters cannot be taken out of it again."
    },
    footer = {
      "  ./atelier adapter merge --checkpoint models/FLUX.1-dev \\",
      "      --adapter face.safetensors:0.8 --adapter style.safetensors:0.2 --out models/face"
    })
final class AdapterMergeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the base model.")
  private Path checkpoint;

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = AdapterOption.LABEL,
      converter = AdapterOption.Converter.class,
      description = "A LoRA file and how much of it. Default: 1. May be repeated.")
  private List<AdapterOption> options = new ArrayList<>();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder to write; must be new.")
  private Path out;

  @Override
  public void run() {
    PrintWriter err = spec.commandLine().getErr();
    Checkpoint source = Checkpoint.open(checkpoint);
    try (AdapterOption.Loaded loaded = AdapterOption.load(options, err)) {
      List<String> lineage = new ArrayList<>();
      for (int i = 0; i < options.size(); i++) {
        lineage.add(options.get(i).describe(loaded.adapters().get(i).adapter()));
      }
      MergedCheckpoint.write(
          source,
          loaded.adapters(),
          String.join("\n", lineage),
          out,
          file -> err.println("writing " + file));
      spec.commandLine().getOut().println(out + "  " + String.join(" + ", lineage));
    }
  }
}
