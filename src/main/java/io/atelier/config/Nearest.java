package io.atelier.config;

import io.atelier.error.EditDistance;
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
                        2 * EditDistance.between(unknown, known),
                        // A right name in a wrong section is nearer than two typing errors.
                        2 * EditDistance.between(last, known.substring(known.indexOf('.') + 1))
                            + 3)))
        .orElseThrow();
  }

  /** The candidate with the least edit distance. */
  static String of(String unknown, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> EditDistance.between(unknown, candidate)))
        .orElseThrow();
  }
}
