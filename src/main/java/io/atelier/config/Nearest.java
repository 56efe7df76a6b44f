package io.atelier.config;

import java.util.Collection;
import java.util.Comparator;

/** Finds what a person may have meant. */
final class Nearest {
  private Nearest() {}

  /** "did you mean ..." for an unknown key. */
  static String advice(String unknownKey) {
    return "did you mean '" + key(unknownKey) + "'?";
  }

  /** The known key nearest to an unknown one, whose section may be missing or wrong. */
  static String key(String unknown) {
    String last = unknown.substring(unknown.lastIndexOf('.') + 1);
    return SettingKey.all().stream()
        .map(SettingKey::name)
        .min(
            Comparator.comparingInt(
                known ->
                    Math.min(
                        2 * distance(unknown, known),
                        // A right name in a wrong section is nearer than two typing errors.
                        2 * distance(last, known.substring(known.indexOf('.') + 1)) + 3)))
        .orElseThrow();
  }

  /** The candidate with the least edit distance. */
  static String of(String unknown, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(unknown, candidate)))
        .orElseThrow();
  }

  /** Levenshtein's edit distance: insertions, deletions and replacements of characters. */
  static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[right.length()];
  }
}
