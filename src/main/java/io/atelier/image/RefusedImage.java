package io.atelier.image;

/** Thrown while reading bytes that are no usable image; never leaves this package. */
final class RefusedImage extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Reason reason;

  RefusedImage(ReasonCode code) {
    this(Reason.reject(code));
  }

  /** The same with a sentence that says more than the code's own. */
  RefusedImage(ReasonCode code, String sentence) {
    this(new Reason(code, Reason.Severity.REJECT, Double.NaN, Double.NaN, sentence));
  }

  RefusedImage(Reason reason) {
    super(reason.sentence(), null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
