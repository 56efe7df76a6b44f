package io.atelier.cli;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files so that nobody ever sees half of one. */
final class WholeFile {
  private WholeFile() {}

  /** Writes under a temporary name beside the file, then renames; makes missing folders. */
  static void write(Path file, byte[] bytes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    // Not createTempFile: that file would be readable by its owner alone.
    String name = ".%s.%d.unfinished".formatted(file.getFileName(), ProcessHandle.current().pid());
    Path unfinished = folder.resolve(name);
    try {
      Files.write(unfinished, bytes);
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /** Refuses to write over a file or folder. */
  static void requireNew(Path file) {
    if (Files.exists(file)) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, file + " is there already; name a new file, or remove it");
    }
  }

  /** A failed write in words. */
  static AtelierException failure(Path file, IOException cause) {
    return new AtelierException(
        ErrorCode.BAD_INPUT,
        file + " cannot be written: " + cause + "; name a folder that is yours to write to",
        cause);
  }
}
