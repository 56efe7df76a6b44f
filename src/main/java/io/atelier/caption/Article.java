package io.atelier.caption;

import java.util.Locale;

/** The indefinite article. */
public final class Article {
  private Article() {}

  /** "a man", "an elderly man": by the first letter. */
  public static String before(String noun) {
    boolean vowel = "aeiou".indexOf(noun.toLowerCase(Locale.ROOT).charAt(0)) >= 0;
    return (vowel ? "an " : "a ") + noun;
  }
}
