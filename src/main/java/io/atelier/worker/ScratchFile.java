package io.atelier.worker;

import io.atelier.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A local safetensors file that is published under its final name once it is whole. */
final class ScratchFile {
  private ScratchFile() {}

  /** Writes a local file and publishes it; the local one is gone afterwards. */
  static void publish(Store store, URI target, Consumer<Path> write) {
    try {
      Path folder = Files.createTempDirectory("atelier");
      Path file = folder.resolve("scratch.safetensors");
      try {
        write.accept(file);
        store.publish(target, file);
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
