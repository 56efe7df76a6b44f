package io.atelier.worker;

import java.io.Serializable;

/**
 * A photo with its caption.
 *
 * @param caption as the captioner wrote it
 * @param text with the trigger token put in
 * @param reason why there is no caption; null if there is one
 */
public record CaptionedPhoto(PhotoToCaption photo, String caption, String text, String reason)
    implements Serializable {

  /** Whether there is a caption. */
  public boolean captioned() {
    return reason == null;
  }
}
