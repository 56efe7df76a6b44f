package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RulesTest {
  private static final Rules PORTRAIT = Rules.load("portrait");
  private static final String RULE =
      """
      name: mine
      rules:
        - code: BLURRY
          metric: sharpness
          comparison: below
          threshold: 5
          severity: reject
          sentence: "Blurred ({value}, {threshold} needed)."
      """;

  @Test
  void acceptsAGoodPortrait() {
    assertThat(PORTRAIT.judge(values(good()))).isEmpty();
  }

  @Test
  void asksForExactlyOneClearFace() {
    assertThat(codes(good(Metric.FACE_COUNT, 0.0))).containsExactly("NO_FACE");
    assertThat(codes(good(Metric.SECOND_FACE, 0.26))).containsExactly("MULTIPLE_FACES");
    assertThat(codes(good(Metric.SECOND_FACE, 0.25))).isEmpty();
    assertThat(codes(good(Metric.FACE_MARGIN, -0.1))).containsExactly("FACE_CUT_OFF");
    assertThat(codes(good(Metric.FACE_SHARPNESS, 4.9))).containsExactly("FACE_BLURRY");
  }

  @Test
  void marksWhatAPersonCanDecide() {
    assertThat(codes(good(Metric.FACE_OVEREXPOSED, 0.06))).containsExactly("OVEREXPOSED");
    assertThat(codes(good(Metric.FACE_UNDEREXPOSED, 0.41))).containsExactly("UNDEREXPOSED");
    assertThat(codes(good(Metric.FACE_EVENNESS, 39.0))).containsExactly("UNEVEN_LIGHT");
    assertThat(codes(good(Metric.FACE_YAW, -61.0))).containsExactly("EXTREME_POSE");
    assertThat(codes(good(Metric.FACE_PITCH, 61.0))).containsExactly("EXTREME_POSE");
    for (Metric metric : List.of(Metric.FACE_OVEREXPOSED, Metric.FACE_UNDEREXPOSED)) {
      assertThat(PORTRAIT.judge(values(good(metric, 1.0)))).noneMatch(Reason::rejects);
    }
  }

  @Test
  void aModelsNumberThatIsNotThereIsSaidToBeMissing() {
    String unsafe = RULE.replace("sharpness", "unsafe").replace("below", "above");
    for (String severity : List.of("reject", "warn")) {
      Rules rules = Rules.parse(unsafe.replace("reject", severity), "test");
      assertThat(rules.judge(metric -> 4.0)).isEmpty();
      assertThat(rules.judge(metric -> Double.NaN))
          .singleElement()
          .satisfies(reason -> assertThat(reason.code()).isEqualTo("UNRATED"))
          .satisfies(reason -> assertThat(reason.rejects()).isEqualTo(severity.equals("reject")));
    }
  }

  @Test
  void leavesAWarningOutWhereTheSameMeasurementRefuses() {
    assertThat(codes(good(Metric.SHARPNESS, 9.0))).containsExactly("SOFT");
    assertThat(codes(good(Metric.SHARPNESS, 3.0))).containsExactly("BLURRY");
    assertThat(codes(good(Metric.FACE_SIDE, 150.0))).containsExactly("FACE_SMALL");
    assertThat(codes(good(Metric.FACE_SIDE, 90.0))).containsExactly("FACE_TOO_SMALL");
  }

  @Test
  void saysWhatWasMeasuredAndTheLimit() {
    Reason reason = PORTRAIT.judge(values(good(Metric.SHARPNESS, 3.14159))).get(0);
    assertThat(reason.value()).isEqualTo(3.14159);
    assertThat(reason.threshold()).isEqualTo(5);
    assertThat(reason.sentence())
        .isEqualTo("The picture is out of focus (sharpness 3.14, at least 5 needed).");
    assertThat(PORTRAIT.judge(values(good(Metric.SHARPNESS, 4.99996))).get(0).sentence())
        .contains("sharpness 4.99996, at least 5 needed");
  }

  @Test
  void whatWasNotMeasuredBreaksNoRule() {
    assertThat(PORTRAIT.judge(metric -> Double.NaN)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"portrait", "style", "dataset"})
  void theBuiltInRulesHaveASentenceForEveryCode(String name) {
    Rules rules = Rules.load(name);
    assertThat(rules.name()).isEqualTo(name);
    assertThat(rules.rules())
        .allSatisfy(
            rule -> {
              assertThat(rule.sentence()).endsWith(".").doesNotContain("NaN");
              assertThat(rule.reason(1).sentence()).doesNotContain("{");
            });
    assertThat(rules.need(Metric.Needs.FACES)).isEqualTo(name.equals("portrait"));
  }

  @Test
  void theHashFollowsWhatARuleSaysAndNotHowTheFileLooks() {
    String hash = Rules.parse(RULE, "a.yaml").hash();
    assertThat(Rules.parse("# a comment\n" + RULE, "b.yaml").hash()).isEqualTo(hash);
    Set<String> others = new HashSet<>();
    for (String change : List.of("5>6", "reject>warn", "below>above", "Blurred>Not sharp")) {
      String[] parts = change.split(">");
      others.add(Rules.parse(RULE.replace(parts[0], parts[1]), "c.yaml").hash());
    }
    assertThat(others).hasSize(4).doesNotContain(hash);
  }

  @Test
  void everyMistakeIsNamedWithItsLine() {
    String bad =
        """
        name: mine
        rules:
          - code: blurry
            metric: sharpnes
            comparison: less
            threshold: five
            severity: reject
            sentence: "At least {limit}."
          - code: DARK
            metric: brightness_p99
            treshold: 0.3
            comparison: below
            severity: warn
            sentence: "Dark."
          - code: TRUNCATED
            metric: aspect
            comparison: below
            threshold: 0.3
            severity: warn
            sentence: ""
          - BLURRY
        thresholds: 3
        """;
    assertThatThrownBy(() -> Rules.parse(bad, "my/rules.yaml"))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIG))
        .hasMessageContaining("11 problems in the rules (curate.rules)")
        .hasMessageContaining("my/rules.yaml:3: code: 'blurry' is no name in capitals")
        .hasMessageContaining(
            "my/rules.yaml:4: metric: 'sharpnes' is unknown; did you mean 'sharpness'?")
        .hasMessageContaining("my/rules.yaml:5: comparison: 'less' is unknown; did you mean")
        .hasMessageContaining("my/rules.yaml:6: threshold: 'five' is not a number")
        .hasMessageContaining("my/rules.yaml:8: sentence: {limit} is unknown")
        .hasMessageContaining("my/rules.yaml:11: unknown key 'treshold'; did you mean 'threshold'?")
        .hasMessageContaining("my/rules.yaml:9: the rule that starts here has no 'threshold'")
        .hasMessageContaining("my/rules.yaml:15: code: 'TRUNCATED' is the program's own")
        .hasMessageContaining("my/rules.yaml:20: sentence: it is empty")
        .hasMessageContaining("my/rules.yaml:21: a rule must be a mapping")
        .hasMessageContaining("my/rules.yaml:22: unknown key 'thresholds'");
  }

  @Test
  void aRuleOnCopiesThatCouldNotBeKeptIsRefused() {
    String rule =
        RULE.substring(RULE.indexOf("  - code"))
            .replace("BLURRY", "COPY")
            .replace("sharpness", "hash_distance");
    assertThat(Rules.parse("name: a\nrules:\n" + rule.replace("5", "8"), "r.yaml").rules())
        .hasSize(1);
    String bad =
        rule.replace("below", "above")
            .replace("reject", "warn")
            .replace("threshold: 5", "threshold: 10");
    assertThatThrownBy(() -> Rules.parse("name: a\nrules:\n" + rule + bad, "r.yaml"))
        .hasMessageContaining("4 problems")
        .hasMessageContaining(
            "r.yaml:11: comparison: hash_distance takes only 'below', not 'above'")
        .hasMessageContaining(
            "r.yaml:12: threshold: hash_distance takes 1 to 9 of 64 bits, not '10'")
        .hasMessageContaining("r.yaml:13: severity: hash_distance takes only 'reject', not 'warn'")
        .hasMessageContaining("r.yaml:9: there is a rule on hash_distance already");
    assertThatThrownBy(() -> Rules.parse("name: a\nrules:\n" + rule.replace("5", "0.5"), "r.yaml"))
        .hasMessageContaining("not '0.5'");
  }

  @Test
  void picturesAreComparedByOneLimitThatRefusesWhatIsTooLike() {
    for (String metric : List.of("semantic_cosine", "cluster_rank", "identity_cosine")) {
      boolean below = metric.equals("identity_cosine");
      String rule =
          RULE.substring(RULE.indexOf("  - code"))
              .replace("BLURRY", "LIKE")
              .replace("sharpness", metric)
              .replace("below", below ? "below" : "above");
      String wrong = rule.replace(below ? "below" : "above", below ? "above" : "below");
      assertThat(Rules.parse("name: a\nrules:\n" + rule, "r.yaml").rules()).hasSize(1);
      assertThatThrownBy(() -> Rules.parse("name: a\nrules:\n" + rule + rule, "r.yaml"))
          .hasMessageContaining("r.yaml:9: there is a rule on " + metric + " already");
      assertThatThrownBy(() -> Rules.parse("name: a\nrules:\n" + wrong, "r.yaml"))
          .hasMessageContaining("comparison: " + metric + " takes only '");
      assertThatThrownBy(
              () -> Rules.parse("name: a\nrules:\n" + rule.replace("reject", "warn"), "r.yaml"))
          .hasMessageContaining("severity: " + metric + " takes only 'reject', not 'warn'");
    }
  }

  @Test
  void filesThatAreNoRulesAreRefused() {
    assertThatThrownBy(() -> Rules.parse("name: [a\nrules:", "r.yaml"))
        .hasMessageContaining("r.yaml:2: not YAML");
    assertThatThrownBy(() -> Rules.parse("", "r.yaml")).hasMessageContaining("must be a mapping");
    assertThatThrownBy(() -> Rules.parse("name: a\n", "r.yaml"))
        .hasMessageContaining("there are no rules");
    assertThatThrownBy(() -> Rules.parse(RULE.replace("mine", "My Rules"), "r.yaml"))
        .hasMessageContaining("'name' must be given");
    assertThatThrownBy(() -> Rules.load("potrait"))
        .hasMessageContaining("There are no built-in rules 'potrait'")
        .hasMessageContaining("portrait, style or dataset");
    assertThatThrownBy(() -> Rules.load("no/such.yaml")).hasMessageContaining("no/such.yaml");
  }

  private static ToDoubleFunction<Metric> values(Map<Metric, Double> values) {
    return metric -> values.getOrDefault(metric, Double.NaN);
  }

  private static List<String> codes(Map<Metric, Double> values) {
    return PORTRAIT.judge(values(values)).stream().map(Reason::code).toList();
  }

  private static Map<Metric, Double> good(Metric metric, double value) {
    Map<Metric, Double> values = good();
    values.put(metric, value);
    if (metric == Metric.FACE_COUNT) {
      values.keySet().removeIf(m -> m.needs() == Metric.Needs.FACES && m != Metric.FACE_COUNT);
    }
    return values;
  }

  private static Map<Metric, Double> good() {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.SHORT_SIDE, 900.0);
    values.put(Metric.ASPECT, 0.9);
    values.put(Metric.TEXTURE, 100.0);
    values.put(Metric.SHARPNESS, 40.0);
    values.put(Metric.GRAY_ENTROPY, 7.0);
    values.put(Metric.BRIGHTNESS_P5, 0.1);
    values.put(Metric.BRIGHTNESS_P99, 0.9);
    values.put(Metric.FACE_COUNT, 1.0);
    values.put(Metric.FACE_SIDE, 400.0);
    values.put(Metric.FACE_SHARE, 0.18);
    values.put(Metric.FACE_MARGIN, 0.2);
    values.put(Metric.SECOND_FACE, 0.0);
    values.put(Metric.FACE_SHARPNESS, 30.0);
    values.put(Metric.FACE_OVEREXPOSED, 0.0);
    values.put(Metric.FACE_UNDEREXPOSED, 0.1);
    values.put(Metric.FACE_EVENNESS, 80.0);
    return values;
  }
}
