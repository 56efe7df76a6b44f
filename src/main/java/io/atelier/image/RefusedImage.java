package io.atelier.image;

import java.util.Optional;

/** Thrown while reading bytes that are no usable image; never leaves this package. */
final class RefusedImage extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Reason reason;
  private final transient Header header;

  RefusedImage(ReasonCode code) {
    this(Reason.reject(code), null);
  }

  /** The same with a sentence that says more than the code's own. */
  RefusedImage(ReasonCode code, String sentence) {
    this(new Reason(code.name(), Reason.Severity.REJECT, Double.NaN, Double.NaN, sentence), null);
  }

  /** A refusal by what the header says. */
  RefusedImage(Reason reason, Header header) {
    super(reason.sentence(), null, false, false);
    this.reason = reason;
    this.header = header;
  }

  Reason reason() {
    return reason;
  }

  Optional<Header> header() {
    return Optional.ofNullable(header);
  }
}
