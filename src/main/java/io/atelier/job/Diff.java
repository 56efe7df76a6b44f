package io.atelier.job;

import java.util.List;

/**
 * How the accepted images of two moments differ.
 *
 * @param kept images accepted at both
 * @param gained images accepted only at the later one
 * @param lost images accepted only at the earlier one
 * @param rules how many changes each rule accounts for, most first; an image may count for several
 * @param changes some of the changes, gained before lost
 */
public record Diff(
    Moment from,
    Moment to,
    long kept,
    long gained,
    long lost,
    List<RuleCount> rules,
    List<Change> changes) {
  /** Of an image that had no verdict before: it came in since. */
  public static final String NEW = "NEW";

  /** Of an image that has no verdict any more. */
  public static final String GONE = "GONE";

  /**
   * A state of the verdicts.
   *
   * @param version of the table {@code verdicts}
   * @param rules version of the rules that judged
   */
  public record Moment(long version, String rules) {}

  /**
   * A rule's share.
   *
   * @param gained whether images were gained, else lost
   * @param rule code of the rule that refuses a lost image, or refused a gained one
   */
  public record RuleCount(boolean gained, String rule, long images) {}

  /**
   * One image.
   *
   * @param subject name of the subject or dataset
   * @param source where it came from; with the member, if it was a part
   * @param rules codes of the rules
   * @param sentences the same for a person; empty for {@link #NEW} and {@link #GONE}
   */
  public record Change(
      boolean gained,
      String inputId,
      String subject,
      String source,
      List<String> rules,
      List<String> sentences) {}
}
