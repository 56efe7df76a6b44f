package io.atelier.cli;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.Component;
import io.atelier.lora.Adapter;
import io.atelier.lora.AdapterFile;
import io.atelier.lora.AdapterLineage;
import io.atelier.lora.AdapterReport;
import io.atelier.lora.TokenEmbeddings;
import io.atelier.nn.Weights;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code atelier adapter inspect}. */
@Command(
    name = "inspect",
    header = "Shows what a LoRA file changes, how much, and where it comes from.",
    description = {
      "The table has a row for each kind of layer: how many, their rank, and the Frobenius norm of"
          + " their change B A, scale included, on average and at most. Below are the lineage and"
          + " the contract that this program writes into its adapters. Of a file of textual inversion"
          + " it shows the word and its vectors."
    },
    footer = {
      "  ./atelier adapter inspect face.safetensors",
      "  ./atelier adapter inspect face.safetensors --checkpoint models/FLUX.1-dev"
    })
final class AdapterInspectCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The LoRA file.")
  private Path file;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description = "Also check that the adapter fits the transformer of this base model.")
  private Path checkpoint;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (TokenEmbeddings.isIn(file)) {
      inspectWord(out);
    } else {
      inspectLora(out);
    }
  }

  private void inspectWord(PrintWriter out) {
    try (TokenEmbeddings found = TokenEmbeddings.read(file)) {
      out.println(file);
      fact(out, "format", "textual inversion (diffusers)");
      fact(out, "word", found.word());
      fact(out, "vectors", found.vectors());
      fact(out, "parameters", String.format(Locale.ROOT, "%,d", found.parameters()));
      fact(out, "size", String.format(Locale.ROOT, "%,d bytes", size()));
      out.println();
      print(found.metadata(), out);
      if (checkpoint != null) {
        found.requireFits(Checkpoint.open(checkpoint));
        fact(out, "fits", checkpoint);
      }
    }
  }

  private void inspectLora(PrintWriter out) {
    try (AdapterFile found = AdapterFile.read(file)) {
      AdapterReport report = AdapterReport.of(found.adapter());
      print(found, report, out);
      print(report, out);
      print(found.adapter().metadata(), out);
      found
          .warnings()
          .forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
      if (checkpoint != null) {
        checkFits(found.adapter());
        fact(out, "fits", checkpoint);
      }
    }
  }

  private void checkFits(Adapter adapter) {
    try (Weights weights = Checkpoint.open(checkpoint).weights(Component.TRANSFORMER)) {
      adapter.requireFits(weights);
    }
  }

  private void print(AdapterFile found, AdapterReport report, PrintWriter out) {
    Adapter adapter = found.adapter();
    out.println(file);
    fact(out, "format", found.format().label());
    fact(out, "targets", report.targets().map(Object::toString).orElse("no known set"));
    fact(out, "modules", adapter.modules().size());
    fact(out, "rank", range(report.smallestRank(), report.largestRank()));
    fact(out, "scale", range(found.smallestScale(), found.largestScale()));
    String types = found.types().stream().map(Object::toString).collect(Collectors.joining(", "));
    fact(out, "parameters", String.format(Locale.ROOT, "%,d in %s", adapter.parameters(), types));
    fact(out, "size", String.format(Locale.ROOT, "%,d bytes", size()));
  }

  private static void print(AdapterReport report, PrintWriter out) {
    int width = report.kinds().stream().mapToInt(kind -> kind.name().length()).max().orElseThrow();
    out.println();
    out.printf("%-" + width + "s  modules  rank   norm: mean   largest%n", "kind");
    for (AdapterReport.Kind kind : report.kinds()) {
      out.printf(
          Locale.ROOT,
          "%-" + width + "s  %7d  %4s  %11.4g %9.4g%n",
          kind.name(),
          kind.modules(),
          range(kind.smallestRank(), kind.largestRank()),
          kind.meanNorm(),
          kind.largestNorm());
    }
    out.println();
  }

  private static void print(Map<String, String> metadata, PrintWriter out) {
    AdapterLineage lineage = AdapterLineage.of(metadata).orElse(null);
    if (lineage == null) {
      fact(out, "lineage", "none: this program did not train it");
    } else {
      fact(out, "adapter", lineage.adapterId());
      fact(out, "made for", lineage.architecture());
      fact(out, "base", lineage.baseCheckpoint());
      fact(out, "photos", lineage.trainingSet());
      fact(out, "code", lineage.codeVersion());
      fact(out, "settings", lineage.configHash());
      if (lineage.config() != null) {
        lineage.config().lines().skip(1).forEach(line -> out.println("  " + line));
      }
      fact(out, "trigger", lineage.triggerToken());
      fact(out, "class noun", lineage.classNoun());
      fact(out, "concept", lineage.contract().concept());
      List<String> packs = lineage.contract().allowedPacks();
      fact(out, "packs", packs.isEmpty() ? "none" : String.join(", ", packs));
      fact(out, "consent", lineage.contract().consent());
    }
    AdapterLineage.history(metadata).forEach(line -> fact(out, "since then", line));
  }

  private static void fact(PrintWriter out, String name, Object value) {
    out.printf("  %-11s %s%n", name, value == null ? "not recorded" : value);
  }

  private static String range(double least, double most) {
    return least == most ? number(least) : number(least) + "-" + number(most);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.4g", value);
  }

  private long size() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
