package io.atelier.image;

import java.util.Locale;

/**
 * Why a photo was refused or marked, as a stable name and one sentence for the person who sent it.
 */
public enum ReasonCode {
  EMPTY(Stage.READ, "The file is empty."),
  UNSUPPORTED_FORMAT(Stage.READ, "The file is not a JPEG, PNG, WebP, TIFF or BMP image."),
  UNSUPPORTED_COLOR(Stage.READ, "The picture's colour mode cannot be read; save it as 8-bit RGB."),
  TRUNCATED(Stage.READ, "The file ends before the picture does; send it again."),
  CORRUPT(Stage.READ, "The file is damaged and cannot be decoded; send it again."),
  PIXEL_BOMB(Stage.READ, "The picture claims %.0f pixels; at most %.0f are accepted."),

  TOO_SMALL(Stage.SIZE, "The shorter side is %.0f pixels; at least %.0f are needed."),
  ASPECT_RATIO(Stage.SIZE, "The shorter side is %.2f of the longer one; at least %.2f is needed."),

  LOW_INFO(Stage.QUALITY, "The picture shows next to nothing (entropy %.2f bits, limit %.2f)."),
  DARK(Stage.QUALITY, "The picture is too dark (brightest parts %.2f, at least %.2f expected)."),
  LIGHT(Stage.QUALITY, "The picture is washed out (darkest parts %.2f, at most %.2f expected)."),
  BLURRY(Stage.QUALITY, "The picture is out of focus (sharpness %.1f, at least %.1f needed)."),
  SOFT(Stage.QUALITY, "The picture is slightly soft (sharpness %.1f, %.1f or more is crisp)."),

  NO_FACE(Stage.FACE, "No face was found; send a photo that shows the face."),
  MULTIPLE_FACES(
      Stage.FACE, "Several people are in the picture (second face %.2f of the first, limit %.2f)."),
  FACE_TOO_SMALL(Stage.FACE, "The face is %.0f pixels wide; at least %.0f are needed."),
  FACE_SHARE(Stage.FACE, "The face fills %.2f of the picture; the limit is %.2f."),
  FACE_CUT_OFF(
      Stage.FACE, "The face is cut off at the edge (margin %.3f of the picture, limit %.3f)."),
  FACE_BLURRY(Stage.FACE, "The face is out of focus (sharpness %.1f, at least %.1f needed)."),

  DUPLICATE(Stage.SET, "The same picture was already sent."),
  NEAR_DUPLICATE(
      Stage.SET,
      "A nearly identical picture is kept instead (%.0f of 64 bits differ, limit %.0f).");

  /** When a reason can come up. */
  public enum Stage {
    /** The bytes are no picture that can be decoded; nothing was measured. */
    READ,
    /** The dimensions. */
    SIZE,
    /** The pixels as a whole. */
    QUALITY,
    /** The faces. */
    FACE,
    /** Compared with other photos; decided outside this package. */
    SET
  }

  private final Stage stage;
  private final String sentence;

  ReasonCode(Stage stage, String sentence) {
    this.stage = stage;
    this.sentence = sentence;
  }

  /** When it can come up. */
  public Stage stage() {
    return stage;
  }

  /** The sentence for a person, with the measured value and the limit filled in. */
  public String sentence(double value, double threshold) {
    return String.format(Locale.ROOT, sentence, value, threshold);
  }
}
