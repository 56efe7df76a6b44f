package io.atelier.worker;

import io.atelier.provenance.Hashes;
import io.atelier.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A local safetensors file on its way to the store or from it. */
final class ScratchFile {
  private ScratchFile() {}

  /** What was published. */
  record Published(String sha256, long bytes) {}

  /** Writes a local file and publishes it; the local one is gone afterwards. */
  static Published publish(Store store, URI target, Consumer<Path> write) {
    Published[] published = {null};
    use(
        file -> {
          write.accept(file);
          published[0] = new Published(Hashes.of(file), file.toFile().length());
          store.publish(target, file);
        });
    return published[0];
  }

  /** Fetches a file and reads it; the local copy is gone afterwards. */
  static void read(Store store, URI source, Consumer<Path> read) {
    use(
        file -> {
          try (InputStream in = store.open(source)) {
            Files.copy(in, file);
          } catch (IOException e) {
            throw Scratch.failed(e);
          }
          read.accept(file);
        });
  }

  private static void use(Consumer<Path> action) {
    Path folder = Scratch.unused();
    try {
      Files.createDirectory(folder);
      action.accept(folder.resolve("scratch.safetensors"));
    } catch (IOException e) {
      throw Scratch.failed(e);
    } finally {
      Scratch.delete(folder);
    }
  }
}
