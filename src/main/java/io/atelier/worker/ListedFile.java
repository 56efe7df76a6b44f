package io.atelier.worker;

import io.atelier.source.Member;
import java.io.Serializable;

/**
 * A file of a dataset's folder.
 *
 * @param uri where it is, as Hadoop writes paths
 * @param modified when it was last written, milliseconds since 1970
 */
public record ListedFile(String uri, long bytes, long modified) implements Serializable {

  /** What changes when the file does. */
  public String version() {
    return version(uri, modified);
  }

  /** The same for a source that is known already. */
  public static String version(String uri, long modified) {
    return modified + " " + uri;
  }

  /** What it shares with its sidecars. */
  public String sample() {
    return new Member(uri, null).sampleOfFolder();
  }
}
