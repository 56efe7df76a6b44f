package io.atelier.cli;

import io.atelier.lora.Adapter;
import io.atelier.lora.AdapterFile;
import io.atelier.lora.AdapterLineage;
import io.atelier.lora.Merge;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/**
 * An adapter file on the command line, with how much of it.
 *
 * @param weight 1 unless the argument ends in a colon and a number
 */
record AdapterOption(Path file, double weight) {
  static final String LABEL = "FILE[:WEIGHT]";

  private static final Pattern WEIGHTED = Pattern.compile("(.+):([-+]?(?:\\d+\\.?\\d*|\\.\\d+))");

  /** For picocli. */
  static final class Converter implements ITypeConverter<AdapterOption> {
    @Override
    public AdapterOption convert(String text) {
      Matcher matcher = WEIGHTED.matcher(text);
      return matcher.matches()
          ? new AdapterOption(Path.of(matcher.group(1)), Double.parseDouble(matcher.group(2)))
          : new AdapterOption(Path.of(text), 1);
    }
  }

  /** Adapters that were read; closing it closes them. */
  record Loaded(List<Merge.Weighted> adapters) implements AutoCloseable {
    @Override
    public void close() {
      adapters.forEach(weighted -> weighted.adapter().close());
    }
  }

  /** Reads all files, and says on {@code err} what there is to say about using them together. */
  static Loaded load(List<AdapterOption> options, PrintWriter err) {
    Merge.doubts(options.stream().map(AdapterOption::weight).toList())
        .forEach(doubt -> err.println("warning: " + doubt));
    List<Merge.Weighted> adapters = new ArrayList<>();
    boolean done = false;
    try {
      for (AdapterOption option : options) {
        AdapterFile found = AdapterFile.read(option.file());
        adapters.add(new Merge.Weighted(found.adapter(), option.weight()));
        found.warnings().forEach(text -> err.println("warning: " + option.file() + ": " + text));
        warnOfLimits(option.file(), found.adapter().metadata(), err);
      }
      done = true;
    } finally {
      if (!done) {
        new Loaded(adapters).close();
      }
    }
    return new Loaded(adapters);
  }

  /** Says on {@code err} that a file's contract leaves out packs: a prompt is of no pack. */
  static void warnOfLimits(Path file, Map<String, String> metadata, PrintWriter err) {
    AdapterLineage.of(metadata)
        .map(AdapterLineage::contract)
        .filter(AdapterLineage.Contract::limited)
        .ifPresent(
            contract ->
                err.printf(
                    "warning: %s: its contract (%s) allows %s; nothing checks that here%n",
                    file,
                    contract.consent() == null ? "no consent on record" : contract.consent(),
                    contract.allowedPacks().isEmpty()
                        ? "no style pack"
                        : "only the style packs " + String.join(", ", contract.allowedPacks())));
  }

  /** The adapter in a few words, for the lineage of what was made with it. */
  String describe(Adapter adapter) {
    String id =
        AdapterLineage.of(adapter.metadata())
            .map(lineage -> " (adapter " + lineage.adapterId() + ")")
            .orElse("");
    return file.getFileName() + id + " at weight " + weight;
  }
}
