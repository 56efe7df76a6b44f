package io.atelier.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files of a report go. */
@FunctionalInterface
public interface ReportSink {
  /**
   * Writes one file, replacing an older one.
   *
   * @param path relative, with forward slashes, e.g. {@code img/0a1b.jpg}
   */
  void put(String path, byte[] bytes) throws IOException;

  /** A folder of this machine; it is made when the first file is written. */
  static ReportSink folder(Path folder) {
    return (path, bytes) -> {
      Path file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    };
  }
}
