package io.atelier.flux.verify;

import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Changed copies of recorded checkpoints and cases. */
final class Mutant {
  private Mutant() {}

  /** Copies a folder with everything in it. */
  static Path copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
      return to;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes one tensor of a component, in whichever shard it is. */
  static void change(Path component, String name, UnaryOperator<Tensor> change) {
    for (Path file : safetensors(component)) {
      boolean here;
      try (SafetensorsFile shard = SafetensorsFile.open(file)) {
        here = shard.has(name);
      }
      if (here) {
        rewrite(file, tensors -> tensors.put(name, change.apply(tensors.get(name))));
        return;
      }
    }
    throw new IllegalArgumentException("no tensor " + name + " in " + component);
  }

  /** Changes the tensors of one file. */
  static void rewrite(Path file, Consumer<SortedMap<String, Tensor>> change) {
    try (PointerScope scope = new PointerScope();
        SafetensorsFile old = SafetensorsFile.open(file)) {
      SortedMap<String, Tensor> tensors = new TreeMap<>();
      old.names().forEach(name -> tensors.put(name, old.tensor(name).clone()));
      change.accept(tensors);
      SafetensorsWriter.write(file, tensors, old.metadata());
    }
  }

  private static List<Path> safetensors(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
