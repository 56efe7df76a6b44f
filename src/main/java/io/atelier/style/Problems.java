package io.atelier.style;

import com.fasterxml.jackson.databind.JsonNode;
import io.atelier.error.AtelierException;
import io.atelier.error.EditDistance;
import io.atelier.error.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/** Everything that is wrong with one style pack. */
final class Problems {
  private final String origin;
  private final List<String> found = new ArrayList<>();

  Problems(String origin) {
    this.origin = origin;
  }

  void add(String where, String problem) {
    found.add(where + " " + problem);
  }

  void unknownKeys(String where, JsonNode mapping, Collection<String> known) {
    for (Iterator<String> names = mapping.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        add(
            where,
            "has an unknown key '" + name + "'; did you mean '" + nearest(name, known) + "'?");
      }
    }
  }

  void throwIfAny() {
    if (!found.isEmpty()) {
      String count = found.size() == 1 ? "1 problem" : found.size() + " problems";
      throw new AtelierException(
          ErrorCode.BAD_STYLE_PACK,
          "Style pack " + origin + " has " + count + ":\n  - " + String.join("\n  - ", found));
    }
  }

  private static String nearest(String unknown, Collection<String> known) {
    return known.stream()
        .min(
            Comparator.<String>comparingInt(name -> EditDistance.between(unknown, name))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow();
  }
}
