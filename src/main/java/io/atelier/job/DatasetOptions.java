package io.atelier.job;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.store.Locations;
import java.net.URI;
import java.util.Optional;

/**
 * A collection of images to take in.
 *
 * @param name of the dataset in the lake
 * @param from folder, prefix, file or table
 * @param columns of a table; ignored for files and tars
 */
public record DatasetOptions(String name, URI from, Format format, Columns columns) {

  /** How a collection keeps its images. */
  public enum Format {
    /** Files in folders at any depth, captions beside them. */
    FILES,
    /** WebDataset tars. */
    TAR,
    /** Parquet files with a row an image. */
    PARQUET,
    /** A Delta table with a row an image. */
    DELTA
  }

  /**
   * Names of columns; a dot goes into a struct.
   *
   * @param bytes holds the files
   * @param url holds addresses instead
   * @param key names the rows; without it they are named by file and number
   */
  public record Columns(
      Optional<String> bytes,
      Optional<String> url,
      Optional<String> caption,
      Optional<String> label,
      Optional<String> key) {
    /** No table. */
    public static final Columns NONE =
        new Columns(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
  }

  /**
   * Checks what belongs together.
   *
   * @throws AtelierException BAD_INPUT
   */
  public DatasetOptions {
    boolean table = format == Format.PARQUET || format == Format.DELTA;
    if (name.isBlank()) {
      throw bad("The dataset has no name", "Give one with --dataset.");
    }
    if (table && columns.bytes().isPresent() == columns.url().isPresent()) {
      throw bad(
          "A table needs one column with the images of " + Locations.text(from),
          "Give --bytes-column or --url-column.");
    }
    if (!table && !columns.equals(Columns.NONE)) {
      throw bad(
          "Columns are given, but files and tars have none", "Give --format parquet or delta.");
    }
    if (format == Format.DELTA && columns.bytes().isPresent() && columns.key().isEmpty()) {
      throw bad(
          "Rows of a Delta table have no lasting number, so nothing would name them",
          "Give --key-column.");
    }
  }

  private static AtelierException bad(String problem, String remedy) {
    return new AtelierException(ErrorCode.BAD_INPUT, problem + ". " + remedy);
  }
}
