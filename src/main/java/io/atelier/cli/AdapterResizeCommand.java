package io.atelier.cli;

import io.atelier.lora.Adapter;
import io.atelier.lora.AdapterFile;
import io.atelier.lora.AdapterLineage;
import io.atelier.lora.AdapterWriter;
import io.atelier.lora.Resize;
import io.atelier.lora.format.AdapterFormat;
import io.atelier.nn.Dtype;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code atelier adapter resize}. */
@Command(
    name = "resize",
    header = "Lowers the rank of a LoRA file and prints how much of it is kept.",
    description = {
      "Keeps of every layer's change the part with the greatest singular values. The energy is the"
          + " sum of their squares; the table shows the share that is kept, for each kind of layer"
          + " and for all together. The result is in diffusers' format."
    },
    footer = {
      "  ./atelier adapter resize face.safetensors small.safetensors --rank 8",
      "  ./atelier adapter resize face.safetensors small.safetensors --energy 0.95"
    })
final class AdapterResizeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FILE", description = "The LoRA file to read.")
  private Path file;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write; must be new.")
  private Path out;

  @ArgGroup(multiplicity = "1")
  private Limit limit;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "float32, bfloat16 or float16. Default: ${DEFAULT-VALUE}.")
  private String precision;

  /** Exactly one of them is given. */
  static final class Limit {
    @Option(names = "--rank", paramLabel = "N", description = "Largest rank of a layer.")
    private Integer rank;

    @Option(
        names = "--energy",
        paramLabel = "X",
        description = "Keep, layer by layer, at least this share of the energy: above 0, up to 1.")
    private Double energy;

    Resize.Limit limit() {
      return rank == null ? Resize.Limit.energy(energy) : Resize.Limit.rank(rank);
    }
  }

  @Override
  public void run() {
    Resize.Limit wanted = limit.limit();
    Dtype type = AdapterWriter.type(precision);
    WholeFile.requireNew(out);
    PrintWriter err = spec.commandLine().getErr();
    try (AdapterFile found = AdapterFile.read(file)) {
      found.warnings().forEach(warning -> err.println("warning: " + warning));
      Adapter before = found.adapter();
      try (Resize.Result result = Resize.of(before, wanted)) {
        Adapter after = result.adapter();
        String line =
            String.format(
                Locale.ROOT,
                "resized from rank %d to rank %d, %.4f of the energy",
                before.rank(),
                after.rank(),
                result.total());
        AdapterWriter.write(
            after,
            out,
            AdapterFormat.DIFFUSERS,
            type,
            AdapterLineage.withHistory(before.metadata(), line));
        print(result, line);
      }
    }
  }

  private void print(Resize.Result result, String line) {
    PrintWriter table = spec.commandLine().getOut();
    int width = result.retained().keySet().stream().mapToInt(String::length).max().orElseThrow();
    String row = "%-" + width + "s  %.4f%n";
    table.printf("%-" + width + "s  energy kept%n", "kind");
    result.retained().forEach((kind, share) -> table.printf(Locale.ROOT, row, kind, share));
    table.printf(Locale.ROOT, row, "all", result.total());
    table.println(out + "  " + line);
  }
}
