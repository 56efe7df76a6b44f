package io.atelier.worker;

import io.atelier.provenance.Hashes;
import io.atelier.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;

/** A local safetensors file on its way to the store or from it. */
final class ScratchFile {
  private ScratchFile() {}

  /** What was published. */
  record Published(URI uri, String sha256, long bytes) {}

  /** Writes a local file and publishes it; the local one is gone afterwards. */
  static Published publish(Store store, URI target, Consumer<Path> write) {
    return publish(store, sha256 -> target, write);
  }

  /** The same under a name that depends on the content's SHA-256. */
  static Published publish(Store store, Function<String, URI> target, Consumer<Path> write) {
    Published[] published = {null};
    use(
        file -> {
          write.accept(file);
          String sha256 = Hashes.of(file);
          published[0] = new Published(target.apply(sha256), sha256, file.toFile().length());
          store.publish(published[0].uri(), file);
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
