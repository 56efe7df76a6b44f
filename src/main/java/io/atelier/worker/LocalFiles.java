package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.provenance.Hashes;
import io.atelier.store.Locations;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * Files of the lake as files of this machine, for one unit of work. Those of a remote lake are
 * copies, made once a unit and deleted when it ends, however it ends: most hold a person's data.
 * Nothing is kept for later units, not even class samples or the embedding of a negative prompt,
 * because fetching them takes seconds and the work on them minutes. (The base checkpoint is no file
 * of the lake: it lies on every machine.)
 */
final class LocalFiles implements AutoCloseable {
  private final TaskSettings task;
  private final Path copies = Scratch.unused();

  LocalFiles(TaskSettings task) {
    this.task = task;
  }

  /** The file itself in a local lake, else its copy. */
  Path of(URI file) {
    return task.store().localCopy(file, copies);
  }

  /**
   * The same of a file whose content is known.
   *
   * @throws AtelierException BAD_ADAPTER if it has changed since it was written
   */
  Path of(URI file, String sha256) {
    Path local = of(file);
    String found = Hashes.of(local);
    if (!found.equals(sha256)) {
      throw new AtelierException(
          ErrorCode.BAD_ADAPTER,
          Locations.text(file)
              + " is not the file that was trained: its sha-256 is "
              + found
              + ", in the table adapters it is "
              + sha256
              + "; restore it, or delete its row and train again");
    }
    return local;
  }

  /**
   * Reads a file that an earlier stage has cached. One that cannot be read is deleted, so that the
   * next run makes it again.
   */
  <T> T cached(URI file, Function<Path, T> reader) {
    try {
      return reader.apply(of(file));
    } catch (AtelierException e) {
      if (e.code() == ErrorCode.BAD_SAFETENSORS || e.code() == ErrorCode.BAD_INPUT) {
        task.store().delete(file);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    Scratch.delete(copies);
  }
}
