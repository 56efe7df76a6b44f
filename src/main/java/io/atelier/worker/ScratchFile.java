package io.atelier.worker;

import io.atelier.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A local safetensors file on its way to the store or from it. */
final class ScratchFile {
  private ScratchFile() {}

  /** Writes a local file and publishes it; the local one is gone afterwards. */
  static void publish(Store store, URI target, Consumer<Path> write) {
    use(
        file -> {
          write.accept(file);
          store.publish(target, file);
        });
  }

  /** Fetches a file and reads it; the local copy is gone afterwards. */
  static void read(Store store, URI source, Consumer<Path> read) {
    use(
        file -> {
          try (InputStream in = store.open(source)) {
            Files.copy(in, file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          read.accept(file);
        });
  }

  private static void use(Consumer<Path> action) {
    try {
      Path folder = Files.createTempDirectory("atelier");
      Path file = folder.resolve("scratch.safetensors");
      try {
        action.accept(file);
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
