package io.atelier.lora;

import io.atelier.lora.format.AdapterFormat;
import io.atelier.nn.Dtype;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * An adapter as it was found in a file. Owns the adapter; close it.
 *
 * @param format whose keys the file has
 * @param types element types of its factors
 * @param smallestScale the smallest factor by which a product was scaled: alpha over rank
 * @param largestScale the largest
 * @param warnings what a person should know before using it, a sentence each
 */
public record AdapterFile(
    Path path,
    Adapter adapter,
    AdapterFormat format,
    SortedSet<Dtype> types,
    double smallestScale,
    double largestScale,
    List<String> warnings)
    implements AutoCloseable {

  /** Copies the collections. */
  public AdapterFile {
    types = Collections.unmodifiableSortedSet(new TreeSet<>(types));
    warnings = List.copyOf(warnings);
  }

  /** Reads a file of any format in {@link AdapterFormat}, see {@link Adapter#read}. */
  public static AdapterFile read(Path file) {
    return AdapterReader.read(file);
  }

  @Override
  public void close() {
    adapter.close();
  }
}
