package io.atelier.caption;

import java.io.Serializable;

/**
 * What a captioner said of one photo, as it said it, and what that took.
 *
 * @param text the words, uncleaned
 * @param complete false if the captioner was stopped by the limit of tokens
 * @param model the model that answered, by its own account
 * @param promptTokens tokens it read, the picture's included; 0 where nobody counts
 * @param completionTokens tokens it wrote
 * @param cost by the configured prices
 * @param requests how often it was asked
 */
public record Answer(
    String text,
    boolean complete,
    String model,
    long promptTokens,
    long completionTokens,
    double cost,
    int requests)
    implements Serializable {

  /** An answer that cost nothing. */
  static Answer free(String text, String model) {
    return new Answer(text, true, model, 0, 0, 0, 0);
  }
}
