package io.atelier.caption;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The raw output of a captioner, cleaned: reasoning and lead-ins dropped, spaces collapsed, Unicode
 * composed (NFC); letters outside ASCII stay.
 *
 * @param text the caption
 * @param problem why it cannot be used; empty when it can
 */
public record CleanCaption(String text, Optional<CaptionProblem> problem) {
  private static final int LEAST_WORDS = 3;
  private static final int MOST_WORDS = 200;
  private static final int LOOP_WORDS = 4;
  private static final int LOOP_TIMES = 3;

  private static final Pattern LEAD_IN =
      Pattern.compile(
          "^(?:in (?:this|the) (?:image|photo|picture|photograph),?\\s+(?:there is\\s+|we see\\s+)?"
              + "|(?:this|the) (?:image|photo|picture|photograph)"
              + " (?:shows|depicts|features|captures|is of)\\s+)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern REFUSAL =
      Pattern.compile(
          "\\b(?:i'm sorry|i am sorry|i apologize|i cannot|i can't|i'm unable|i am unable"
              + "|i'm not able|i am not able|i won't|as an ai|as a language model"
              + "|unable to describe|unable to identify)\\b");

  /** The end of a sentence: what follows was cut off if the answer is not complete. */
  private static final Pattern LAST_SENTENCE = Pattern.compile("^(.*[.!?][\"'”’)]?)(?: .*)?$");

  /**
   * Cleans one raw caption.
   *
   * @param complete false if the captioner was stopped by its limit of tokens: the last sentence,
   *     which has no end, goes
   */
  public static CleanCaption of(String raw, boolean complete) {
    String text = raw;
    int reasoning = text.lastIndexOf("</think>");
    if (reasoning >= 0) {
      text = text.substring(reasoning + "</think>".length());
    }
    text = Normalizer.normalize(text, Normalizer.Form.NFC);
    text = text.replaceAll("[\\s\\p{Cntrl}]+", " ").trim();
    text = LEAD_IN.matcher(text).replaceFirst("");
    if (!complete) {
      Matcher whole = LAST_SENTENCE.matcher(text);
      if (!whole.matches()) {
        return new CleanCaption(text, Optional.of(CaptionProblem.TRUNCATED));
      }
      text = whole.group(1);
    }
    return new CleanCaption(text, problem(text));
  }

  private static Optional<CaptionProblem> problem(String text) {
    String lower = text.toLowerCase(Locale.ROOT).replace('’', '\'');
    String[] words = lower.isEmpty() ? new String[0] : lower.split(" ");
    if (REFUSAL.matcher(lower).find()) {
      return Optional.of(CaptionProblem.REFUSAL);
    } else if (lower.contains("watermark")) {
      return Optional.of(CaptionProblem.WATERMARK);
    } else if (words.length < LEAST_WORDS) {
      return Optional.of(CaptionProblem.TOO_SHORT);
    } else if (words.length > MOST_WORDS) {
      return Optional.of(CaptionProblem.TOO_LONG);
    }
    return loops(words) ? Optional.of(CaptionProblem.LOOP) : Optional.empty();
  }

  private static boolean loops(String[] words) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + LOOP_WORDS <= words.length; i++) {
      List<String> run = Arrays.asList(words).subList(i, i + LOOP_WORDS);
      if (counts.merge(run, 1, Integer::sum) >= LOOP_TIMES) {
        return true;
      }
    }
    return false;
  }
}
