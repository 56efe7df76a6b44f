package io.atelier.caption;

/** Why the output of a captioner cannot be used. */
public enum CaptionProblem {
  /** Fewer than three words. */
  TOO_SHORT,
  /** More than 200 words. */
  TOO_LONG,
  /** The same four words in a row at least three times: a model that got stuck. */
  LOOP,
  /** The limit of tokens stopped the model before its first sentence was over. */
  TRUNCATED,
  /** It tells of a watermark, which models see where there is none. */
  WATERMARK,
  /** The model declined or excused itself. */
  REFUSAL
}
