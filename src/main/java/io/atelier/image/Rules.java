package io.atelier.image;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The limits that photos are held against, from a YAML file. They see measurements and no pixels:
 * other rules decide again without a photo being read.
 *
 * @param name names the rules, in lower case
 * @param rules in the order in which their reasons are given
 */
public record Rules(String name, List<Rule> rules) implements Serializable {
  private static final String BUILT_IN = "rules/";

  public Rules {
    rules = List.copyOf(rules);
  }

  /**
   * Reads rules from a YAML file, or by the name of built-in ones: {@code portrait} (photos of one
   * person), {@code style} (pictures in one style, no face needed), {@code dataset} (collections of
   * any size).
   *
   * @throws AtelierException {@code NOT_FOUND}, or {@code BAD_CONFIG} with every problem and its
   *     line
   */
  public static Rules load(String nameOrFile) {
    if (nameOrFile.matches("[a-z0-9_-]+")) {
      return builtIn(nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    try {
      return parse(Files.readString(file), nameOrFile);
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          "Cannot read the rules "
              + file
              + " (curate.rules): "
              + e
              + "; name a YAML file, or portrait, style or dataset",
          e);
    }
  }

  /**
   * Reads rules from YAML text.
   *
   * @param origin where the text came from, for messages
   * @throws AtelierException {@code BAD_CONFIG} with every problem and its line
   */
  public static Rules parse(String yaml, String origin) {
    return RulesReader.read(yaml, origin);
  }

  private static Rules builtIn(String name) {
    String resource = BUILT_IN + name + ".yaml";
    try (InputStream in = Rules.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new AtelierException(
            ErrorCode.NOT_FOUND,
            "There are no built-in rules '"
                + name
                + "' (curate.rules); take portrait, style or dataset, or give a file such as ./"
                + name
                + ".yaml");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), resource);
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.INTERNAL, "Cannot read the built-in rules " + resource + ": " + e, e);
    }
  }

  /**
   * Every reason against a photo. Of the rules with one code only the first that applies counts,
   * and a warning is left out where the same measurement refuses the photo. A rule on a model's
   * number that is not there gives {@link ReasonCode#UNRATED}: it must not pass in silence.
   *
   * @param values the photo's measurements; NaN for what was not measured
   */
  public List<Reason> judge(ToDoubleFunction<Metric> values) {
    List<Rule> broken = new ArrayList<>();
    for (Rule rule : rules) {
      boolean known = broken.stream().anyMatch(other -> other.code().equals(rule.code()));
      double value = values.applyAsDouble(rule.metric());
      if (!known && (rule.appliesTo(value) || isUnrated(rule, value))) {
        broken.add(rule);
      }
    }
    return broken.stream()
        .filter(rule -> rule.rejects() || broken.stream().noneMatch(o -> refusesBy(o, rule)))
        .map(rule -> reason(rule, values.applyAsDouble(rule.metric())))
        .distinct()
        .toList();
  }

  private static boolean isUnrated(Rule rule, double value) {
    return rule.metric().needs() == Metric.Needs.MODEL && Double.isNaN(value);
  }

  private static Reason reason(Rule rule, double value) {
    if (!isUnrated(rule, value)) {
      return rule.reason(value);
    }
    String sentence = ReasonCode.UNRATED.sentence(value, value);
    return new Reason(ReasonCode.UNRATED.name(), rule.severity(), value, Double.NaN, sentence);
  }

  private static boolean refusesBy(Rule other, Rule warning) {
    return other.rejects() && other.metric() == warning.metric();
  }

  /** The first rule on a measurement that other photos have a part in. */
  public Optional<Rule> on(Metric metric) {
    return rules.stream().filter(rule -> rule.metric() == metric).findFirst();
  }

  /** Whether any rule looks at something of this kind. */
  public boolean need(Metric.Needs needs) {
    return rules.stream().anyMatch(rule -> rule.metric().needs() == needs);
  }

  /** SHA-256 over everything that a rule says: the same for files that differ in comments only. */
  public String hash() {
    return Sha256.of(toString().getBytes(StandardCharsets.UTF_8));
  }
}
