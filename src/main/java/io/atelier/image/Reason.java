package io.atelier.image;

import java.io.Serializable;

/**
 * One reason in a verdict.
 *
 * @param code the stable name
 * @param severity whether it refuses the photo or only marks it
 * @param value what was measured; NaN where nothing was
 * @param threshold the limit it was held against; NaN where there is none
 * @param sentence one sentence for the person who sent the photo
 */
public record Reason(
    String code, Severity severity, double value, double threshold, String sentence)
    implements Serializable {

  /** What a reason does. */
  public enum Severity {
    /** The photo is not used. */
    REJECT,
    /** The photo is used; the reason is kept for people and reports. */
    WARN
  }

  /** A refusal with the code's own sentence and no numbers. */
  public static Reason reject(ReasonCode code) {
    return reject(code, Double.NaN, Double.NaN);
  }

  /** A refusal with the code's own sentence. */
  public static Reason reject(ReasonCode code, double value, double threshold) {
    return new Reason(
        code.name(), Severity.REJECT, value, threshold, code.sentence(value, threshold));
  }

  /** Whether it refuses the photo. */
  public boolean rejects() {
    return severity == Severity.REJECT;
  }
}
