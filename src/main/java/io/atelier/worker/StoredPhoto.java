package io.atelier.worker;

import java.io.Serializable;

/**
 * A registered file to measure.
 *
 * @param uri copy in the lake, relative to its root; null if it could not be read
 * @param reason why it could not be read; null if it could
 */
public record StoredPhoto(
    String inputId, String subjectId, String assetId, String uri, String reason)
    implements Serializable {

  StoredPhoto unreadable(String why) {
    return new StoredPhoto(inputId, subjectId, assetId, null, why);
  }
}
