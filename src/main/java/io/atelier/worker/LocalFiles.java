package io.atelier.worker;

import java.net.URI;
import java.nio.file.Path;

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

  @Override
  public void close() {
    Scratch.delete(copies);
  }
}
