package io.atelier.style;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The values of one mapping in a pack, each from the mapping itself, else from the pack's defaults,
 * else from here. A wrong value becomes a problem and reading goes on with the default.
 */
record Section(String where, JsonNode node, JsonNode defaults, Problems problems) {
  static final Set<String> RENDER_KEYS =
      Set.of("negative", "guidance", "true_cfg", "steps", "width", "height", "seeds", "seed_count");

  private static final int LEAST_SIDE = 64;
  private static final int MOST_SIDE = 2048;
  private static final int USUAL_SIDE = 1024;
  private static final int MOST_PROMPT = 2000;
  private static final int MOST_SEEDS = 10_000;
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^{}]*}?");

  String text(String key, String missing) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return missing;
    }
    if (!value.isTextual()) {
      wrong(key, value, "a text");
      return missing;
    }
    return value.asText().strip();
  }

  String name(String key, String pattern) {
    JsonNode value = node.path(key);
    if (value.isMissingNode() || !value.asText().matches(pattern)) {
      wrong(key, value, "lower-case letters, digits, - and _");
    }
    return value.asText();
  }

  double decimal(String key, double missing, double least, double most) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return missing;
    }
    double number = value.asDouble();
    if (!value.isNumber() || !(number >= least && number <= most)) {
      wrong(key, value, "a number from " + plain(least) + " to " + plain(most));
      return missing;
    }
    return number;
  }

  int integer(String key, int missing, int least, int most) {
    JsonNode value = value(key);
    if (value.isMissingNode()) {
      return missing;
    }
    if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
      wrong(key, value, "a whole number from " + least + " to " + most);
      return missing;
    }
    return value.asInt();
  }

  int side(String key) {
    int side = integer(key, USUAL_SIDE, LEAST_SIDE, MOST_SIDE);
    if (side % 16 != 0) {
      wrong(key, value(key), "a multiple of 16");
    }
    return side;
  }

  String prompt() {
    String prompt = node.path("prompt").isMissingNode() ? "" : text("prompt", "");
    int triggers = 0;
    for (String placeholder : PLACEHOLDER.matcher(prompt).results().map(r -> r.group()).toList()) {
      if (placeholder.equals("{trigger}")) {
        triggers++;
      } else if (!placeholder.equals("{class}")) {
        problems.add(
            where, "has " + placeholder + " in its prompt; only {trigger} and {class} are known");
      }
    }
    if (triggers != 1) {
      problems.add(
          where, "has {trigger} " + triggers + " times in its prompt; it must be there once");
    }
    if (prompt.length() > MOST_PROMPT) {
      problems.add(
          where,
          "has a prompt of " + prompt.length() + " characters; at most " + MOST_PROMPT + " help");
    }
    return prompt;
  }

  /** The look's own seeds or count before those of the defaults. */
  List<Long> seeds(String pack, String look) {
    boolean own = node.has("seeds") || node.has("seed_count");
    JsonNode source = own || defaults == null ? node : defaults;
    if (source.has("seeds") && source.has("seed_count")) {
      problems.add(where, "has both seeds and seed_count; give one of them");
    }
    if (source.has("seeds")) {
      return listed(source.get("seeds"));
    }
    int count = new Section(where, source, null, problems).integer("seed_count", 4, 1, MOST_SEEDS);
    return Seeds.derived(pack, look, count);
  }

  private List<Long> listed(JsonNode list) {
    List<Long> seeds = new ArrayList<>();
    for (JsonNode seed : list) {
      if (!seed.isIntegralNumber() || seed.asLong() < 0 || seed.asLong() > Seeds.MAX) {
        wrong("seeds", seed, "whole numbers from 0 to " + Seeds.MAX);
      }
      seeds.add(seed.asLong());
    }
    if (!list.isArray() || seeds.isEmpty()) {
      wrong("seeds", list, "a list such as [1, 2, 3]");
    }
    if (new HashSet<>(seeds).size() < seeds.size()) {
      wrong("seeds", list, "a list without repetitions");
    }
    return seeds;
  }

  private JsonNode value(String key) {
    if (node.has(key)) {
      return node.get(key);
    }
    return defaults == null ? MissingNode.getInstance() : defaults.path(key);
  }

  private void wrong(String key, JsonNode value, String wanted) {
    String found = value.isMissingNode() ? "is missing" : "is " + value;
    problems.add(where + ": " + key, found + "; it must be " + wanted);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
