package io.atelier.image;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.atelier.error.AtelierException;
import io.atelier.error.EditDistance;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Reads a rules file and checks all of it before it complains. Reads tokens, not objects, so that
 * every problem knows its line.
 */
final class RulesReader {
  private static final String NAME = "name";
  private static final String RULES = "rules";
  private static final Set<String> RULE_KEYS =
      Set.of("code", "metric", "comparison", "threshold", "severity", "sentence");

  /** Beyond it unrelated pictures are taken for copies. */
  private static final double MOST_HASH_DISTANCE = 9;

  private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{1,63}");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^{}]*}?");

  /** A value and where it stands. */
  private record Value(String text, int line) {}

  private final String origin;
  private final List<String> problems = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();
  private String name = "";

  private RulesReader(String origin) {
    this.origin = origin;
  }

  static Rules read(String yaml, String origin) {
    RulesReader reader = new RulesReader(origin);
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      reader.document(parser);
    } catch (JsonProcessingException e) {
      reader.problem(
          line(e.getLocation()),
          "not YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw new IllegalStateException("reading text cannot fail", e);
    }
    return reader.finish();
  }

  private Rules finish() {
    if (problems.isEmpty() && !name.matches("[a-z0-9][a-z0-9_-]{0,63}")) {
      problem(1, "'name' must be given, in lower-case letters, digits, - and _");
    }
    if (problems.isEmpty() && rules.isEmpty()) {
      problem(1, "there are no rules; list at least one under 'rules:'");
    }
    if (!problems.isEmpty()) {
      String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          count + " in the rules (curate.rules):\n  " + String.join("\n  ", problems));
    }
    return new Rules(name, rules);
  }

  private void document(YAMLParser parser) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      problem(1, "the file must be a mapping with 'name:' and 'rules:'");
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      int line = line(parser.currentTokenLocation());
      JsonToken token = parser.nextToken();
      if (key.equals(NAME) && token.isScalarValue()) {
        name = parser.getText();
      } else if (key.equals(RULES) && token == JsonToken.START_ARRAY) {
        list(parser);
      } else {
        parser.skipChildren();
        unknown(key, line, List.of(NAME, RULES));
      }
    }
  }

  private void list(YAMLParser parser) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      int line = line(parser.currentTokenLocation());
      if (token == JsonToken.START_OBJECT) {
        rule(values(parser), line);
      } else {
        parser.skipChildren();
        problem(line, "a rule must be a mapping that starts with 'code:'");
      }
    }
  }

  private Map<String, Value> values(YAMLParser parser) throws IOException {
    Map<String, Value> values = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      int line = line(parser.currentTokenLocation());
      if (!parser.nextToken().isScalarValue()) {
        parser.skipChildren();
        problem(line, "'" + key + "' must be a single value");
      } else if (!RULE_KEYS.contains(key)) {
        unknown(key, line, RULE_KEYS);
      } else if (values.put(key, new Value(parser.getText(), line)) != null) {
        problem(line, "'" + key + "' is given twice in one rule");
      }
    }
    return values;
  }

  private void rule(Map<String, Value> values, int line) {
    int before = problems.size();
    for (String key : new java.util.TreeSet<>(RULE_KEYS)) {
      if (!values.containsKey(key)) {
        problem(line, "the rule that starts here has no '" + key + "'");
      }
    }
    if (problems.size() > before) {
      return;
    }
    String code = code(values.get("code"));
    Metric metric = oneOf(values.get("metric"), "metric", metrics());
    Rule.Comparison comparison =
        oneOf(values.get("comparison"), "comparison", names(Rule.Comparison.values()));
    Reason.Severity severity =
        oneOf(values.get("severity"), "severity", names(Reason.Severity.values()));
    double threshold = number(values.get("threshold"));
    String sentence = sentence(values.get("sentence"));
    if (metric != null && metric.needs() == Metric.Needs.OTHER_PHOTOS) {
      comparing(metric, values, line, threshold);
    }
    if (problems.size() == before) {
      rules.add(new Rule(code, metric, comparison, threshold, severity, sentence));
    }
  }

  /** Pictures that are compared have one limit, which refuses what is on its side of likeness. */
  private void comparing(Metric metric, Map<String, Value> values, int line, double threshold) {
    boolean fromBelow = metric == Metric.HASH_DISTANCE || metric == Metric.IDENTITY_COSINE;
    only(fromBelow ? "below" : "above", "comparison", metric, values);
    only("reject", "severity", metric, values);
    if (metric == Metric.HASH_DISTANCE && (threshold < 1 || threshold > MOST_HASH_DISTANCE)) {
      Value value = values.get("threshold");
      problem(
          value.line(),
          "threshold: hash_distance takes 1 to 9 of 64 bits, not '" + value.text() + "'");
    }
    if (rules.stream().anyMatch(rule -> rule.metric() == metric)) {
      problem(line, "there is a rule on " + metric.column() + " already; keep one of them");
    }
  }

  private void only(String possible, String key, Metric metric, Map<String, Value> values) {
    Value value = values.get(key);
    if (!value.text().equals(possible)) {
      problem(
          value.line(),
          "%s: %s takes only '%s', not '%s'"
              .formatted(key, metric.column(), possible, value.text()));
    }
  }

  private String code(Value value) {
    boolean taken =
        Arrays.stream(ReasonCode.values()).anyMatch(code -> code.name().equals(value.text()));
    if (taken || !CODE.matcher(value.text()).matches()) {
      String why = taken ? " is the program's own" : " is no name in capitals such as BLURRY";
      problem(value.line(), "code: '" + value.text() + "'" + why);
    }
    return value.text();
  }

  private double number(Value value) {
    try {
      double number = Double.parseDouble(value.text());
      if (Double.isFinite(number) && !value.text().matches(".*[dDfF]")) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    problem(value.line(), "threshold: '" + value.text() + "' is not a number");
    return 0;
  }

  private String sentence(Value value) {
    List<String> other =
        PLACEHOLDER
            .matcher(value.text())
            .results()
            .map(MatchResult::group)
            .filter(found -> !found.equals("{value}") && !found.equals("{threshold}"))
            .toList();
    if (!other.isEmpty()) {
      problem(
          value.line(),
          "sentence: " + other.get(0) + " is unknown; only {value} and {threshold} are filled in");
    }
    if (value.text().isBlank()) {
      problem(value.line(), "sentence: it is empty; a person must learn what to do");
    }
    return value.text();
  }

  private <T> T oneOf(Value value, String key, Map<String, T> known) {
    T found = known.get(value.text());
    if (found == null) {
      problem(
          value.line(),
          key + ": '" + value.text() + "' is unknown; " + meant(value.text(), known.keySet()));
    }
    return found;
  }

  private static Map<String, Metric> metrics() {
    Map<String, Metric> metrics = new HashMap<>();
    Arrays.stream(Metric.values()).forEach(metric -> metrics.put(metric.column(), metric));
    return metrics;
  }

  private static <E extends Enum<E>> Map<String, E> names(E[] values) {
    Map<String, E> names = new HashMap<>();
    Arrays.stream(values).forEach(value -> names.put(value.name().toLowerCase(Locale.ROOT), value));
    return names;
  }

  private void unknown(String key, int line, Collection<String> known) {
    String problem =
        known.contains(key) ? "'" + key + "' has the wrong form" : "unknown key '" + key + "'";
    problem(line, problem + "; " + meant(key, known));
  }

  private static String meant(String text, Collection<String> known) {
    return known.stream()
        .min(
            Comparator.<String>comparingInt(name -> EditDistance.between(text, name))
                .thenComparing(Comparator.naturalOrder()))
        .map(nearest -> "did you mean '" + nearest + "'?")
        .orElseThrow();
  }

  private void problem(int line, String problem) {
    problems.add(origin + ":" + line + ": " + problem);
  }

  private static int line(JsonLocation location) {
    return location == null ? 1 : location.getLineNr();
  }
}
