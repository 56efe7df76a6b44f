package io.atelier.testing;

import io.atelier.provenance.Hashes;
import io.atelier.table.LakeTable;
import io.atelier.table.LakeTables;
import io.atelier.table.TableSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** What lies in a lake, for comparing one moment with another. */
public final class LakeState {
  /** Columns that tell when, in which run and how fast a row was made, not what it is. */
  private static final Set<String> CIRCUMSTANCES =
      Set.of(
          "created_at",
          "updated_at",
          "run_id",
          "seconds",
          "gpu_seconds",
          "peak_memory",
          "attempts",
          "resumed_from");

  private static final Set<String> BOOKKEEPING = Set.of("runs", "processed");

  private LakeState() {}

  /** Versions of all tables but {@code runs} and {@code processed}. */
  public static Map<String, Long> versions(LakeTables tables) {
    Map<String, Long> versions = new TreeMap<>();
    specs().forEach(spec -> versions.put(spec.name(), tables.table(spec).version()));
    return versions;
  }

  /** Numbers of rows of all tables but {@code runs} and {@code processed}. */
  public static Map<String, Long> counts(LakeTables tables) {
    Map<String, Long> counts = new TreeMap<>();
    specs().forEach(spec -> counts.put(spec.name(), tables.table(spec).read().count()));
    return counts;
  }

  /**
   * Every row of all tables but {@code runs} and {@code processed}, as JSON, without its
   * circumstances.
   */
  public static Map<String, List<String>> rows(Path lake) {
    LakeTables tables = new LakeTables(TestSession.get(), lake.resolve("tables").toString());
    Map<String, List<String>> rows = new TreeMap<>();
    specs().forEach(spec -> rows.put(spec.name(), json(tables.table(spec))));
    return rows;
  }

  private static List<String> json(LakeTable<?> table) {
    Dataset<Row> rows = table.read();
    Column[] columns =
        Arrays.stream(rows.columns())
            .filter(name -> !CIRCUMSTANCES.contains(name))
            .map(functions::col)
            .toArray(Column[]::new);
    return rows.select(columns).toJSON().collectAsList().stream().sorted().toList();
  }

  /** Path to hash of every file that stages published, leaving out tables and reports. */
  public static Map<String, String> files(Path lake) {
    Map<String, String> files = new TreeMap<>();
    walk(lake, "tables", "reports").forEach(file -> files.put(name(lake, file), Hashes.of(file)));
    return files;
  }

  /** The same with size and time of change, and with reports. */
  public static Map<String, String> stamps(Path lake) {
    Map<String, String> files = new TreeMap<>();
    walk(lake, "tables").forEach(file -> files.put(name(lake, file), stamp(file)));
    return files;
  }

  private static List<TableSpec<? extends Record>> specs() {
    return LakeTables.all().stream().filter(spec -> !BOOKKEEPING.contains(spec.name())).toList();
  }

  private static List<Path> walk(Path lake, String... without) {
    List<Path> left = Arrays.stream(without).map(lake::resolve).toList();
    try (Stream<Path> paths = Files.walk(lake)) {
      return paths
          .filter(Files::isRegularFile)
          .filter(path -> left.stream().noneMatch(path::startsWith))
          // What a kill leaves of a file that was being written has a hidden name.
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path lake, Path file) {
    return lake.relativize(file).toString();
  }

  private static String stamp(Path file) {
    try {
      return Files.getLastModifiedTime(file) + " " + Files.size(file) + " " + Hashes.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
