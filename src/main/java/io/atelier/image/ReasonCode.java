package io.atelier.image;

/**
 * Reasons that no rules file can change, each with one sentence for the person who sent the photo.
 * All of them refuse the photo; {@link #UNRATED} only where the rule would. Those that depend on
 * what was measured are in {@link Rules}.
 */
public enum ReasonCode {
  UNREADABLE("The file could not be read; send it again."),
  EMPTY("The file is empty."),
  UNSUPPORTED_FORMAT("The file is not a JPEG, PNG, WebP, TIFF or BMP image."),
  UNSUPPORTED_COLOR("The picture's colour mode cannot be read; save it as 8-bit RGB."),
  TRUNCATED("The file ends before the picture does; send it again."),
  CORRUPT("The file is damaged and cannot be decoded; send it again."),
  PIXEL_BOMB("The picture claims {value} pixels; at most {threshold} are accepted."),
  DUPLICATE("The same picture was already sent."),
  UNRATED("A model that the rules ask has no number for this picture.");

  private final String sentence;

  ReasonCode(String sentence) {
    this.sentence = sentence;
  }

  /** The sentence for a person, with the measured value and the limit filled in. */
  public String sentence(double value, double threshold) {
    return Sentence.fill(sentence, value, threshold);
  }
}
