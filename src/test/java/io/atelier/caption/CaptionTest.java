package io.atelier.caption;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CaptionTest {

  @Test
  void describesWhatWasMeasured() {
    Attributes close =
        new Attributes(
            "man", 900, 1200, 1, 0.3, 0.5, 0.1, "beige", List.of("beige", "brown", "black"));
    assertThat(AttributeCaptioner.caption(close))
        .isEqualTo(
            "a close-up portrait of a man, soft even light, mostly beige, brown and black tones,"
                + " upright format");
    Attributes group = new Attributes("person", 1200, 900, 3, 0.01, 0.2, 0.3, "gray", List.of());
    assertThat(AttributeCaptioner.caption(group))
        .isEqualTo(
            "a full-length photo of a person with 2 others, dark low-key light, landscape format");
    Attributes thing =
        new Attributes("object", 500, 500, 0, 0, 0.9, 0.3, "white", List.of("white"));
    assertThat(AttributeCaptioner.caption(thing))
        .isEqualTo("a photo of an object, bright light, mostly white tones, square format");
  }

  @Test
  void givesCaptionsTheTriggerRuleCanPlaceTheTokenIn() {
    Attributes photo =
        new Attributes("woman", 900, 1200, 1, 0.1, 0.5, 0.2, "gray", List.of("gray"));
    String caption = AttributeCaptioner.caption(photo);
    assertThat(new TriggerRule("okzan", "woman").apply(caption))
        .startsWith("a head-and-shoulders portrait of okzan woman, natural light");
  }

  @Test
  void dropsReasoningLeadInsAndSpareSpaces() {
    CleanCaption clean =
        CleanCaption.of("<think>hm</think>\n The image shows  a man in a cafe\u0301. ", true);
    assertThat(clean).isEqualTo(new CleanCaption("a man in a café.", Optional.empty()));
  }

  @Test
  void saysWhyACaptionCannotBeUsed() {
    assertThat(problem("")).isEqualTo(CaptionProblem.TOO_SHORT);
    assertThat(problem("I’m sorry, I cannot help with that")).isEqualTo(CaptionProblem.REFUSAL);
    assertThat(problem("As an AI, I do not look at people")).isEqualTo(CaptionProblem.REFUSAL);
    assertThat(CleanCaption.of("a man dressed as an airline pilot", true).problem()).isEmpty();
    assertThat(problem("a man, with a Watermark in a corner")).isEqualTo(CaptionProblem.WATERMARK);
    assertThat(problem("a man and a dog ".repeat(3))).isEqualTo(CaptionProblem.LOOP);
    StringBuilder longText = new StringBuilder();
    for (int i = 0; i < 201; i++) {
      longText.append("w").append(i).append(' ');
    }
    assertThat(problem(longText.toString())).isEqualTo(CaptionProblem.TOO_LONG);
  }

  @Test
  void keepsTheWholeSentencesOfAnAnswerThatWasCutOff() {
    assertThat(CleanCaption.of("A man in a coat. He is holding a", false))
        .isEqualTo(new CleanCaption("A man in a coat.", Optional.empty()));
    assertThat(CleanCaption.of("A man in a coat.", false).problem()).isEmpty();
    assertThat(CleanCaption.of("A man in a coat who is holding a", false).problem())
        .contains(CaptionProblem.TRUNCATED);
    assertThat(CleanCaption.of("", false).problem()).contains(CaptionProblem.TRUNCATED);
  }

  private static CaptionProblem problem(String raw) {
    return CleanCaption.of(raw, true).problem().orElseThrow();
  }
}
