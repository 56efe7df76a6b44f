package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesTest {
  private static final Face FACE = new Face(300, 200, 400, 400);

  @Test
  void acceptsAGoodPortrait() {
    assertThat(codes(metrics(1000, 900, 40, List.of(FACE), 30), Rules.portrait())).isEmpty();
  }

  @Test
  void asksForExactlyOneClearFace() {
    Rules rules = Rules.portrait();
    Face other = new Face(0, 0, 300, 300);
    assertThat(codes(metrics(1000, 900, 40, List.of(), Double.NaN), rules))
        .containsExactly(ReasonCode.NO_FACE);
    assertThat(codes(metrics(1000, 900, 40, List.of(FACE, other), 30), rules))
        .containsExactly(ReasonCode.MULTIPLE_FACES);
    assertThat(codes(metrics(1000, 900, 40, List.of(new Face(500, 500, 90, 90)), 3), rules))
        .containsExactly(ReasonCode.FACE_TOO_SMALL, ReasonCode.FACE_SHARE, ReasonCode.FACE_BLURRY);
    assertThat(codes(metrics(1000, 900, 40, List.of(new Face(5, 300, 400, 400)), 30), rules))
        .containsExactly(ReasonCode.FACE_CUT_OFF);
  }

  @Test
  void ignoresFacesUnlessTheyAreRequired() {
    assertThat(codes(metrics(1000, 900, 40, List.of(), Double.NaN), Rules.defaults())).isEmpty();
  }

  @Test
  void tellsSoftFromBlurry() {
    Rules rules = Rules.defaults();
    Metrics soft = metrics(1000, 900, 9, List.of(), Double.NaN);
    Metrics blurry = metrics(1000, 900, 3, List.of(), Double.NaN);
    assertThat(Judge.reasons(soft, rules)).noneMatch(Reason::rejects).hasSize(1);
    assertThat(Judge.reasons(blurry, rules)).allMatch(Reason::rejects).hasSize(1);
    assertThat(Judge.reasons(blurry, rules).get(0).sentence())
        .isEqualTo("The picture is out of focus (sharpness 3.0, at least 5.0 needed).");
  }

  @Test
  void namesItsLimitsByContent() {
    assertThat(Rules.portrait().version()).isEqualTo(Rules.portrait().version());
    assertThat(Rules.portrait().version()).isNotEqualTo(Rules.defaults().version());
    assertThat(Rules.defaults().version()).matches("1-[0-9a-f]{12}");
  }

  @Test
  void takesTheLimitsPeopleSet() {
    Rules rules = Rules.of(300, 2, 1000, 6, true, 90, 8);
    assertThat(rules.size()).isEqualTo(new Rules.Size(300, 1000, 0.5));
    assertThat(rules.faces().required()).isTrue();
    assertThat(rules.faces().minSide()).isEqualTo(90);
    assertThat(rules.focus()).isEqualTo(new Rules.Focus(8, 15));
    assertThat(rules.nearDuplicateBits()).isEqualTo(6);
    assertThat(rules.warnOnly()).doesNotContain(ReasonCode.LOW_INFO);
  }

  @Test
  void cannotMakeAnUnreadableFileAMereWarning() {
    Rules base = Rules.defaults();
    Set<ReasonCode> warnings = Set.of(ReasonCode.TRUNCATED);
    assertThatThrownBy(
            () -> new Rules(base.size(), base.light(), base.focus(), base.faces(), -1, warnings))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<ReasonCode> codes(Metrics metrics, Rules rules) {
    return Judge.reasons(metrics, rules).stream().map(Reason::code).toList();
  }

  private static Metrics metrics(
      int width, int height, double sharpness, List<Face> faces, double faceSharpness) {
    return new Metrics(
        width,
        height,
        "",
        "",
        "",
        100,
        sharpness,
        7,
        0.9,
        0.1,
        0.5,
        0.2,
        faces,
        faceSharpness,
        List.of("gray"));
  }
}
