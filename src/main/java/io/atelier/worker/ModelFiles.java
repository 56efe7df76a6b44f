package io.atelier.worker;

import io.atelier.store.Store;
import java.net.URI;
import java.nio.file.Path;

/** The files of curation's models on this machine. */
public final class ModelFiles {
  private static final Path COPIES =
      Path.of(System.getProperty("java.io.tmpdir"), "atelier-models");

  private ModelFiles() {}

  /** The file itself if it is local, else a copy that is made once a machine. */
  public static Path local(Store store, URI model) {
    return store.localCopy(model, COPIES);
  }
}
