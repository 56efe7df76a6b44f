package io.atelier.report;

import java.io.IOException;

/** An encoded image that is read when it is drawn, so that a large report stays small in memory. */
@FunctionalInterface
public interface ImageBytes {
  /**
   * The file's bytes; called more than once and from more than one thread.
   *
   * @throws IOException if it cannot be read; the report then shows a tile with the reason
   */
  byte[] read() throws IOException;
}
