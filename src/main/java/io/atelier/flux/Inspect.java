package io.atelier.flux;

import io.atelier.nn.Dtype;
import io.atelier.nn.FileHash;
import io.atelier.nn.TensorInfo;
import io.atelier.nn.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Says what is in a checkpoint, from its headers and hashes, without loading a tensor. */
public final class Inspect {
  private Inspect() {}

  /**
   * A checkpoint's contents.
   *
   * @param hash {@link Checkpoint#hash}
   * @param components one for every component
   */
  public record Report(String hash, List<ComponentReport> components) {
    /** Copies the list. */
    public Report {
      components = List.copyOf(components);
    }
  }

  /**
   * A component's contents.
   *
   * @param component which one
   * @param files the files that define it, sorted by name
   * @param tensors number of tensors
   * @param parameters number of elements of all tensors
   * @param parametersByType the same, by element type
   * @param problem null if the files hold exactly what the network asks for, else what differs
   */
  public record ComponentReport(
      Component component,
      List<FileReport> files,
      int tensors,
      long parameters,
      SortedMap<Dtype, Long> parametersByType,
      String problem) {
    /** Copies the collections. */
    public ComponentReport {
      files = List.copyOf(files);
      parametersByType = Collections.unmodifiableSortedMap(new TreeMap<>(parametersByType));
    }
  }

  /**
   * One file.
   *
   * @param name relative to the checkpoint
   * @param bytes its size
   * @param sha256 its hash in hexadecimal
   */
  public record FileReport(String name, long bytes, String sha256) {}

  /** Reads all headers and hashes all files. */
  public static Report report(Checkpoint checkpoint) {
    List<ComponentReport> components = new ArrayList<>();
    for (Component component : Component.values()) {
      components.add(component(checkpoint, component));
    }
    return new Report(checkpoint.hash(), components);
  }

  private static ComponentReport component(Checkpoint checkpoint, Component component) {
    List<FileReport> files = new ArrayList<>();
    for (Path path : checkpoint.files(component)) {
      files.add(new FileReport(checkpoint.nameOf(path), size(path), FileHash.sha256(path)));
    }
    SortedMap<Dtype, Long> byType = new TreeMap<>();
    int tensors = 0;
    if (component.hasWeights()) {
      try (Weights weights = checkpoint.weights(component)) {
        for (String name : weights.names()) {
          TensorInfo info = weights.info(name);
          byType.merge(info.dtype(), info.elements(), Long::sum);
          tensors++;
        }
      }
    }
    long parameters = byType.values().stream().mapToLong(Long::longValue).sum();
    String problem = ExpectedTensors.problem(checkpoint, component);
    return new ComponentReport(component, files, tensors, parameters, byType, problem);
  }

  private static long size(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
