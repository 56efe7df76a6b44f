package io.atelier.report;

/** What became of a training or a picture. */
public enum Outcome {
  /** It is there. */
  DONE,
  /** It was tried and failed. */
  FAILED,
  /** It was asked for and not tried: its turn has not come, or it is not allowed. */
  PENDING
}
