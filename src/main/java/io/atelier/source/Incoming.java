package io.atelier.source;

import io.atelier.error.AtelierException;
import java.io.Serializable;
import java.time.Instant;

/**
 * One image that is offered, its bytes not read yet.
 *
 * @param source where it is: a path, a URI
 * @param member which part of the source it is, such as a tar's member; null for all of it
 * @param caption what was written beside it; null if nothing was
 * @param label its class as the collection gives it; null if it gives none
 * @param modified when the source was last written; null where nobody knows
 * @param content its bytes
 */
public record Incoming(
    String source, String member, String caption, String label, Instant modified, Content content) {

  /** The bytes, or the failure to get them. */
  @FunctionalInterface
  public interface Content extends Serializable {
    /**
     * All bytes.
     *
     * @throws AtelierException if they cannot be had
     */
    byte[] read();
  }
}
