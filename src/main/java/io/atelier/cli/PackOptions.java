package io.atelier.cli;

import io.atelier.config.Flag;
import java.util.List;
import picocli.CommandLine.Option;

/** Which style packs are rendered. */
final class PackOptions {
  @Option(
      names = "--packs",
      arity = "1..*",
      paramLabel = "PACK",
      description =
          "Style packs (setting generate.packs): names of built-in packs (studio, outdoors, demo)"
              + " or YAML files.")
  private List<String> packs = List.of();

  List<Flag> flags() {
    return packs.isEmpty()
        ? List.of()
        : List.of(new Flag("generate.packs", String.join(",", packs), "--packs"));
  }
}
