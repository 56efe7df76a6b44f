package io.atelier.error;

/**
 * The one exception of this program. Its message says, in this order: the problem with the
 * offending value and where it came from, why it is a problem, what to do.
 */
public final class AtelierException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** An error with a stable code and a message for a person. */
  public AtelierException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** The same, with the failure that led to it. */
  public AtelierException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** The stable code. */
  public ErrorCode code() {
    return code;
  }
}
