package io.atelier.sample;

import java.nio.file.Path;

/**
 * One file that {@link SamplePhotos} wrote.
 *
 * @param file where it lies
 * @param subject whose folder it lies in
 * @param kind what is right or wrong with it
 */
public record SamplePhoto(Path file, String subject, Kind kind) {

  /** What a curator should make of the file. */
  public enum Kind {
    /** A portrait to be accepted. */
    GOOD(true),
    /** A portrait stored sideways with EXIF orientation 6: to be accepted upright. */
    ROTATED(true),
    /** Far out of focus. */
    BLURRED(false),
    /** Under-exposed by six stops. */
    DARK(false),
    /** Over-exposed by three stops. */
    OVEREXPOSED(false),
    /** Half of the face is outside the picture. */
    CUT_OFF(false),
    /** A landscape. */
    NO_FACE(false),
    /** Two people, equally large. */
    TWO_FACES(false),
    /** The bytes of an earlier file of the same folder. */
    DUPLICATE(false),
    /** An earlier picture of the same folder, made brighter and saved again. */
    NEAR_DUPLICATE(false),
    /** A JPEG that ends in the middle of its pixels. */
    TRUNCATED(false),
    /** No bytes at all. */
    EMPTY(false),
    /** An HTML page with the name of a JPEG. */
    NOT_AN_IMAGE(false),
    /** 96 pixels wide. */
    TOO_SMALL(false);

    private final boolean acceptable;

    Kind(boolean acceptable) {
      this.acceptable = acceptable;
    }

    /** Whether a curator should accept it. */
    public boolean acceptable() {
      return acceptable;
    }
  }
}
