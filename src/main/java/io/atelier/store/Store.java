package io.atelier.store;

import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/**
 * Files by URI, local or in an object store. Serialisable: a task gets it with its closure. Every
 * method throws {@link io.atelier.error.AtelierException}: NOT_FOUND if the file or folder is not
 * there, STORE_UNAVAILABLE if the store fails.
 */
public interface Store extends Serializable {

  /** All bytes of a file. */
  byte[] read(URI file);

  /** The bytes of a file as a stream; the caller closes it. */
  InputStream open(URI file);

  /** Whether there is a file or folder. */
  boolean exists(URI uri);

  /** Size of a file in bytes. */
  long size(URI file);

  /**
   * Files of a folder in the store's order, listed while they are taken, for folders of any size.
   *
   * @param deep at any depth; else only those that lie in the folder itself
   */
  Iterator<StoredFile> walk(URI folder, boolean deep);

  /** The folders that lie in a folder, sorted. */
  List<URI> folders(URI folder);

  /** All files under a folder, at any depth, sorted by their path (by UTF-16 code unit). */
  List<StoredFile> list(URI folder);

  /**
   * Writes a file so that nobody ever sees a part of it; folders are made as needed and a file of
   * that name is replaced. On file systems: written under a temporary name, then renamed. On object
   * stores a rename is a copy, but a put becomes visible only when complete: written directly, and
   * aborted if it fails on the way.
   */
  void publish(URI file, byte[] bytes);

  /** The same with the bytes of a local file, which stays. */
  void publish(URI file, Path local);

  /** Deletes a file; returns false if there was none. */
  boolean delete(URI file);

  /** Deletes a folder and all that is in it; returns false if there was none. */
  boolean deleteFolder(URI folder);

  /**
   * A file or folder as a local path, for memory-mapping: itself if it is local, else a copy under
   * {@code cache}, made once per content (sizes and times of change) and shared by the processes of
   * this machine.
   */
  Path localCopy(URI uri, Path cache);
}
