package io.atelier.image;

import java.io.Serializable;

/**
 * One limit on one measurement.
 *
 * @param code stable name of the reason that the rule gives, such as BLURRY
 * @param metric what is looked at
 * @param comparison on which side of the threshold the rule applies
 * @param threshold the limit
 * @param severity whether a photo is refused or only marked
 * @param sentence what a person reads, with {@code {value}} and {@code {threshold}}
 */
public record Rule(
    String code,
    Metric metric,
    Comparison comparison,
    double threshold,
    Reason.Severity severity,
    String sentence)
    implements Serializable {

  /** On which side of the threshold a rule applies. */
  public enum Comparison {
    /** Less than the threshold. */
    BELOW,
    /** More than the threshold. */
    ABOVE
  }

  /** Whether it applies to a value; never to NaN, which is what was not measured. */
  public boolean appliesTo(double value) {
    return comparison == Comparison.BELOW ? value < threshold : value > threshold;
  }

  /** The reason it gives. */
  public Reason reason(double value) {
    return new Reason(code, severity, value, threshold, Sentence.fill(sentence, value, threshold));
  }

  boolean rejects() {
    return severity == Reason.Severity.REJECT;
  }
}
