package io.atelier.worker;

import io.atelier.image.Face;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;

/**
 * An accepted photo and what is said of it.
 *
 * @param uri copy in the lake, relative to its root
 * @param text caption with the trigger token
 * @param face box of the largest face as x, y, width, height in pixels; null if none was found
 */
public record TrainingPhoto(String assetId, String uri, String captionId, String text, int[] face)
    implements Serializable {

  /** The face's box as text; empty if none was found. */
  public String faceText() {
    return face == null ? "" : Arrays.toString(face);
  }

  Optional<Face> faceBox() {
    return face == null
        ? Optional.empty()
        : Optional.of(new Face(face[0], face[1], face[2], face[3]));
  }
}
