package io.atelier.worker;

import io.atelier.caption.Answer;
import io.atelier.error.ErrorCode;
import java.io.Serializable;

/**
 * What became of one photo that a captioner was to describe.
 *
 * @param answer what it said; null if it said nothing
 * @param reason why the answer is no caption, or why there is none; null if it is one
 * @param seconds wall time
 * @param failure what it failed with, if that is known and there is no answer; else null
 */
public record DescribedPhoto(
    PhotoToCaption photo, Answer answer, String reason, double seconds, ErrorCode failure)
    implements Serializable {

  /**
   * Whether no other photo would fare better. A store that does not deliver one file may deliver
   * the others; if it is away, no result can be written either.
   */
  public boolean fatal() {
    return failure != null
        && failure != ErrorCode.STORE_UNAVAILABLE
        && Failures.isTheMachines(failure);
  }

  /** Whether the captioner refused the photo itself, as it will whenever it is asked. */
  public boolean refused() {
    return failure == ErrorCode.PHOTO_REFUSED;
  }
}
