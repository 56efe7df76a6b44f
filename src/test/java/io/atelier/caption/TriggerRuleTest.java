package io.atelier.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerRuleTest {
  private static final TriggerRule RULE = new TriggerRule("ozvax", "man");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a close-up of a man in a coat | a close-up of ozvax man in a coat",
        "A young woman on a beach | ozvax man on a beach",
        "[trigger] smiling | ozvax man smiling",
        "[name]'s coat, seen by [NAME] | ozvax man's coat, seen by the man",
        "ozvax man, standing | ozvax man, standing",
        "OZVAX laughs and ozvax waves | ozvax man laughs and the man waves",
        "ozvax man and ozvax man | ozvax man and the man",
        "prozvaxes near ozvaxed walls | ozvax man, prozvaxes near ozvaxed walls",
        "red tones, upright format | ozvax man, red tones, upright format",
        "manifold of a manikin | ozvax man, manifold of a manikin",
        "x[trigger]y | x ozvax man y",
        "'' | ozvax man",
      })
  void placesTheTokenOnce(String caption, String expected) {
    assertThat(RULE.apply(caption)).isEqualTo(expected);
  }

  @Test
  void replacesTheClassNounItWasGiven() {
    TriggerRule rule = new TriggerRule("ozvax", "running shoe");
    assertThat(rule.apply("a photo of a running shoe, dim light"))
        .isEqualTo("a photo of ozvax running shoe, dim light");
  }

  @Test
  void holdsForAnyCaption() {
    List<String> pieces =
        List.of(
            "ozvax",
            "OZVAX",
            "Ozvax",
            "xozvax",
            "ozvaxx",
            "ozvax_",
            "ozvaxé",
            "éozvax",
            "ozvax's",
            "[trigger]",
            "[NAME]",
            "{trigger}",
            "a man",
            "the person",
            "an elderly woman",
            "man",
            "$1",
            "\\",
            "\uE000",
            "ozvax\u0301",
            "\u212A",
            "ozvaxozvax",
            "ozvax-ozvax",
            "a",
            "the",
            "{caption}",
            "{class}",
            "photo",
            "\n",
            "\u00A0",
            "，",
            "1",
            "_",
            "日本");
    List<String> glue = List.of(" ", "", ", ", "-", "\t", ". ");
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder caption = new StringBuilder();
      for (int n = random.nextInt(9); n > 0; n--) {
        caption.append(pieces.get(random.nextInt(pieces.size())));
        caption.append(glue.get(random.nextInt(glue.size())));
      }
      String text = RULE.apply(caption.toString());
      for (int flags : new int[] {0, Pattern.UNICODE_CHARACTER_CLASS, Pattern.CASE_INSENSITIVE}) {
        assertThat(Pattern.compile("\\bozvax\\b", flags).matcher(text).results().count())
            .as("\"%s\" from \"%s\"", text, caption)
            .isEqualTo(1);
      }
    }
  }

  @Test
  void staysWhenAppliedAgain() {
    String once = RULE.apply("a portrait of a man with ozvax written on the wall");
    assertThat(RULE.apply(once)).isEqualTo(once);
  }

  @Test
  void refusesWhatItCannotGuarantee() {
    assertThatThrownBy(() -> new TriggerRule("Two words", "man"))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("Two words");
    assertThatThrownBy(() -> new TriggerRule("ozvax", "ozvax man"))
        .hasMessageContaining("ozvax man");
    assertThatThrownBy(() -> new TriggerRule("person", "man")).hasMessageContaining("class");
    assertThatThrownBy(() -> new TriggerRule("ozvax", "man", "{caption}"))
        .hasMessageContaining("{trigger}");
  }
}
