package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.Component;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Weights;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/**
 * A checkpoint with adapters merged into its transformer, as a folder that any program opens. The
 * weights are those of {@link Merge}, in the shards and the types of the source; one tensor is in
 * memory at a time. The folders of the other components are copied as they are, and so are the
 * files beside them, except weights of other formats.
 *
 * <p>Contracts go with it: a checkpoint that shows a person is no base for anybody else, so {@link
 * #contracts} tells of whose adapters are in it.
 */
public final class MergedCheckpoint {
  private static final String SAFETENSORS = ".safetensors";
  private static final String MERGED = "atelier.merged";
  private static final String CONTRACTS = "atelier.merged_contracts";

  private final Checkpoint source;
  private final List<Merge.Weighted> adapters;
  private final String lineage;
  private final Consumer<Path> listener;

  private MergedCheckpoint(
      Checkpoint source, List<Merge.Weighted> adapters, String lineage, Consumer<Path> listener) {
    this.source = source;
    this.adapters = adapters;
    this.lineage = lineage;
    this.listener = listener;
  }

  /**
   * Writes the folder under a temporary name beside {@code out} and renames it in one step.
   *
   * @param lineage what was merged, for the headers of the weight files
   * @param listener is told of every file, relative to the checkpoint, before it is written
   * @throws AtelierException BAD_ADAPTER if an adapter does not fit, BAD_INPUT if {@code out} is
   *     there already, STORE_UNAVAILABLE if it cannot be written
   */
  public static void write(
      Checkpoint source,
      List<Merge.Weighted> adapters,
      String lineage,
      Path out,
      Consumer<Path> listener) {
    Path target = out.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, out + " is there already; name a folder that is not, or remove it");
    }
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      new MergedCheckpoint(source, adapters, lineage, listener).writeTo(temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.STORE_UNAVAILABLE,
          out + " cannot be written: " + e + "; check that its folder is yours and has space",
          e);
    } finally {
      deleteTree(temporary);
    }
  }

  private void writeTo(Path folder) throws IOException {
    try (Weights weights = source.weights(Component.TRANSFORMER)) {
      adapters.forEach(weighted -> weighted.adapter().requireFits(weights));
      Files.createDirectories(folder);
      Set<Path> shards = new HashSet<>();
      for (Path path : weights.paths()) {
        if (path.toString().endsWith(SAFETENSORS)) {
          shards.add(path);
        }
      }
      for (Path file : files()) {
        Path relative = source.root().relativize(file);
        Path target = folder.resolve(relative);
        Files.createDirectories(target.getParent());
        listener.accept(relative);
        if (shards.contains(file)) {
          merge(file, target);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private void merge(Path shard, Path target) {
    try (SafetensorsFile file = SafetensorsFile.open(shard)) {
      Map<String, String> metadata = new TreeMap<>(file.metadata());
      metadata.putIfAbsent("format", "pt");
      metadata.merge(MERGED, lineage, MergedCheckpoint::lines);
      contracts().forEach(contract -> metadata.merge(CONTRACTS, contract, MergedCheckpoint::lines));
      SafetensorsWriter.rewrite(file, target, metadata, this::merged);
    }
  }

  private List<String> contracts() {
    return adapters.stream()
        .map(weighted -> AdapterLineage.of(weighted.adapter().metadata()))
        .flatMap(Optional::stream)
        .map(lineage -> lineage.contract().toString())
        .toList();
  }

  private static String lines(String before, String added) {
    return before + "\n" + added;
  }

  /** The contracts of the adapters of this program that are merged into a checkpoint, as text. */
  public static List<String> contracts(Checkpoint checkpoint) {
    try (Weights weights = checkpoint.weights(Component.TRANSFORMER)) {
      Path shard =
          weights.paths().stream()
              .filter(path -> path.toString().endsWith(SAFETENSORS))
              .findFirst()
              .orElseThrow();
      try (SafetensorsFile file = SafetensorsFile.open(shard)) {
        String contracts = file.metadata().get(CONTRACTS);
        return contracts == null ? List.of() : contracts.lines().toList();
      }
    }
  }

  private Tensor merged(String name, Tensor stored) {
    if (!name.endsWith(Adapter.WEIGHT)) {
      return stored;
    }
    String module = name.substring(0, name.length() - Adapter.WEIGHT.length());
    return Merge.merged(module, stored, adapters);
  }

  /** Everything in the components' folders, and what lies beside them, sorted. */
  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> beside = Files.list(source.root())) {
      beside
          .filter(Files::isRegularFile)
          .filter(file -> !hidden(file) && !file.toString().endsWith(SAFETENSORS))
          .forEach(files::add);
    }
    Path transformer = source.folder(Component.TRANSFORMER);
    Set<Path> known = new HashSet<>(source.files(Component.TRANSFORMER));
    for (Component component : Component.values()) {
      try (Stream<Path> inside = Files.list(source.folder(component))) {
        inside
            .filter(Files::isRegularFile)
            .filter(file -> !hidden(file))
            .filter(file -> !file.startsWith(transformer) || known.contains(file))
            .forEach(files::add);
      }
    }
    files.sort(null);
    return files;
  }

  private static boolean hidden(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  private static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException ignored) {
      // The error that led here says more.
    }
  }
}
