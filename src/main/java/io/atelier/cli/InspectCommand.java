package io.atelier.cli;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.Inspect;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code atelier inspect}. */
@Command(
    name = "inspect",
    header = "Shows what is in a checkpoint: components, parameters, types, file hashes.",
    description = {
      "Reads the headers of all weight files and hashes every file, but loads no tensor, so it needs"
          + " no more memory than the names. The hash in the first line is the one by which adapters"
          + " and pictures name their base model; equal hashes mean equal weights, configurations"
          + " and tokenizers."
    },
    footer = "  ./atelier inspect --checkpoint models/FLUX.1-dev")
final class InspectCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions options;

  @Override
  public void run() {
    Checkpoint checkpoint =
        Checkpoint.open(
            SettingsOptions.requireCheckpoint(options.load(System.getenv(), List.of())));
    Inspect.Report report = Inspect.report(checkpoint);
    PrintWriter out = spec.commandLine().getOut();
    out.println(checkpoint.root() + "  " + report.hash());
    report.components().forEach(component -> print(component, out));
  }

  private static void print(Inspect.ComponentReport component, PrintWriter out) {
    out.println();
    out.println(component.component().folder() + weights(component));
    for (Inspect.FileReport file : component.files()) {
      out.printf(Locale.ROOT, "  %s  %,15d bytes  %s%n", file.sha256(), file.bytes(), file.name());
    }
  }

  private static String weights(Inspect.ComponentReport component) {
    if (component.tensors() == 0) {
      return "";
    }
    String types =
        component.parametersByType().keySet().stream()
            .map(Object::toString)
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        ": %,d parameters in %,d tensors, %s",
        component.parameters(),
        component.tensors(),
        types);
  }
}
