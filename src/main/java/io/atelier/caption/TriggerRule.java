package io.atelier.caption;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts a subject's trigger token into a caption, exactly once and as a whole word.
 *
 * <p>Language models asked to do it forget it in every second or third caption, and a substring
 * test takes the token inside another word for the real one. Here the first of these that applies
 * places it: a placeholder ({@code [trigger]}, {@code [name]}) or the token itself if the caption
 * has it already; the first generic subject ("a man", "the person", "an" + the class noun); the
 * template in front. Every other occurrence becomes "the" + class noun.
 */
public final class TriggerRule {
  /** Used where nothing in the caption can carry the token. */
  public static final String DEFAULT_TEMPLATE = "{trigger} {class}, {caption}";

  private static final String MARK = "\uE000";
  private static final String NOUNS =
      "man|woman|person|boy|girl|guy|lady|gentleman|child|kid|individual|subject|adult|model";
  private static final String FIXED_TRAITS = "(?:(?:young|old|older|elderly|middle-aged|adult) )?";
  private static final String LETTER = "[\\p{L}\\p{M}\\p{N}_]";
  private static final Pattern GLUED_LEFT = Pattern.compile("(?<=" + LETTER + ")" + MARK);
  private static final Pattern GLUED_RIGHT = Pattern.compile(MARK + "(?=" + LETTER + ")");
  private static final Pattern FREE_TRIGGER =
      Pattern.compile("(?<!" + LETTER + ")\\{trigger}(?!" + LETTER + ")");
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\[(?:trigger|name)]|\\{(?:trigger|name)}", Pattern.CASE_INSENSITIVE);

  private final String trigger;
  private final String className;
  private final String template;
  private final Pattern token;
  private final Pattern marked;
  private final Pattern generic;

  /** The rule for one subject with the default template. */
  public TriggerRule(String trigger, String className) {
    this(trigger, className, DEFAULT_TEMPLATE);
  }

  /**
   * The rule for one subject.
   *
   * @param trigger lower-case letters, digits and underscores
   * @param className a noun without an article; must not contain the trigger
   * @param template has {@code {trigger}} once and {@code {caption}} once, {@code {class}} at will
   * @throws AtelierException with {@code BAD_CONFIG} when one of them does not fit
   */
  public TriggerRule(String trigger, String className, String template) {
    this.trigger = trigger;
    this.className = className;
    this.template = template;
    require(trigger.matches("[a-z0-9_]{3,32}"), "trigger", trigger, "3 to 32 of a-z, 0-9 and _");
    token = word(Pattern.quote(trigger));
    String noun = Pattern.quote(className);
    marked = Pattern.compile(MARK + "(?: " + noun + "(?![A-Za-z0-9_]))?", Pattern.CASE_INSENSITIVE);
    generic = word("(?:an?|the|one|this) " + FIXED_TRAITS + "(?:" + noun + "|" + NOUNS + ")");
    boolean free = !className.isBlank() && !token.matcher(className).find();
    require(free && !token.matcher(NOUNS).find(), "class", className, "a noun without the trigger");
    String rest = template.replace("{class}", "").replace("{caption}", "");
    require(
        occurrences(template, "{trigger}") == 1
            && FREE_TRIGGER.matcher(template).find()
            && occurrences(template, "{caption}") == 1
            && !token.matcher(rest).find(),
        "template",
        template,
        "one {trigger} and one {caption}");
  }

  /** The caption with the token in it exactly once, as a whole word in lower case. */
  public String apply(String caption) {
    String text = caption.replace(MARK, "").replaceAll("\\s+", " ").trim();
    text = PLACEHOLDER.matcher(text).replaceAll(MARK);
    text = token.matcher(text).replaceAll(MARK);
    if (!text.contains(MARK)) {
      text = generic.matcher(text).replaceFirst(MARK);
    }
    String placed = text.contains(MARK) ? place(text) : prepend(text);
    if (count(placed) != 1) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          "Caption \"" + placed + "\" has the trigger " + trigger + " " + count(placed) + " times");
    }
    return placed;
  }

  /** How often a text has the token as a whole word, in any case. */
  public int count(String text) {
    return (int) token.matcher(text).results().count();
  }

  private String place(String text) {
    String spaced = GLUED_LEFT.matcher(text).replaceAll(" " + MARK);
    spaced = GLUED_RIGHT.matcher(spaced).replaceAll(MARK + " ");
    String first = marked.matcher(spaced).replaceFirst(trigger + " " + className);
    return marked.matcher(first).replaceAll(Matcher.quoteReplacement("the " + className));
  }

  private String prepend(String text) {
    String filled = template.replace("{trigger}", trigger).replace("{class}", className);
    if (text.isEmpty()) {
      return filled.replaceFirst("[\\s,.:;-]*\\{caption}", "");
    }
    return filled.replace("{caption}", text);
  }

  /**
   * Whole words by the widest usual meaning: a letter outside ASCII ends a word too, so that no
   * reader, whatever its idea of a word, finds a second occurrence.
   */
  private static Pattern word(String expression) {
    return Pattern.compile(
        "(?<![A-Za-z0-9_])" + expression + "(?![A-Za-z0-9_])", Pattern.CASE_INSENSITIVE);
  }

  private static int occurrences(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  private static void require(boolean valid, String what, String value, String wanted) {
    if (!valid) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "Cannot use \"" + value + "\" as the " + what + " of a subject; it must be " + wanted);
    }
  }
}
