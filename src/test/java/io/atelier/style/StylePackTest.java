package io.atelier.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StylePackTest {
  private static final String SMALL =
      """
      name: small
      title: Small
      defaults: {steps: 10, width: 512, seeds: [7, 8]}
      looks:
        - {name: one, prompt: "a photo of {trigger} {class}"}
        - {name: two, prompt: "{trigger} outside", steps: 20, seed_count: 3, height: 768}
      """;

  @ParameterizedTest
  @ValueSource(strings = {"studio", "outdoors", "demo"})
  void readsEveryBuiltInPack(String name) {
    StylePack pack = StylePack.load(name);
    assertThat(pack.name()).isEqualTo(name);
    assertThat(pack.looks()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(pack).isEqualTo(StylePack.load("conf/packs/" + name + ".yaml"));
    for (Look look : pack.looks()) {
      assertThat(look.prompt("okzan", "woman")).contains("okzan woman").doesNotContain("{");
    }
  }

  @Test
  void takesALooksOwnValueBeforeTheDefault() {
    StylePack pack = StylePack.parse(SMALL, "small.yaml");
    Look one = pack.looks().get(0);
    Look two = pack.looks().get(1);
    assertThat(one)
        .isEqualTo(
            new Look(
                "one", "a photo of {trigger} {class}", "", 3.5, 1, 10, 512, 1024, List.of(7L, 8L)));
    assertThat(two.steps()).isEqualTo(20);
    assertThat(two.height()).isEqualTo(768);
    assertThat(two.seeds()).hasSize(3).doesNotHaveDuplicates();
    assertThat(pack.size()).isEqualTo(5);
  }

  @Test
  void keepsTheFirstDerivedSeedsWhenTheCountGrows() {
    List<Long> three = StylePack.parse(SMALL, "a").looks().get(1).seeds();
    String more = SMALL.replace("seed_count: 3", "seed_count: 5");
    assertThat(StylePack.parse(more, "b").looks().get(1).seeds())
        .startsWith(three.toArray(new Long[0]));
    assertThat(three).containsExactly(1250245445L, 675568697L, 218603207L);
  }

  @Test
  void isAnotherVersionWhenALookChanges() {
    StylePack pack = StylePack.parse(SMALL, "a");
    assertThat(pack.version()).matches("small@[0-9a-f]{12}");
    assertThat(StylePack.parse(SMALL.replace("Small", "New title"), "a").version())
        .isEqualTo(pack.version());
    assertThat(StylePack.parse(SMALL.replace("steps: 20", "steps: 21"), "a").version())
        .isNotEqualTo(pack.version());
  }

  @Test
  void reportsEveryProblemAtOnce() {
    String broken =
        """
        name: Bad Name
        titel: x
        defaults: {stepz: 3, height: 1000}
        looks:
          - {name: a, prompt: "no token", guidance: 99}
          - {name: a, prompt: "{trigger} {colour}", negative: "blurry", seeds: [1, 1]}
          - {prompt: "{trigger} {trigger}", seeds: [1], seed_count: 2, width: "wide"}
        """;
    assertThatThrownBy(() -> StylePack.parse(broken, "bad.yaml"))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_STYLE_PACK))
        .hasMessageContainingAll(
            "Style pack bad.yaml has",
            "the pack: name is \"Bad Name\"",
            "unknown key 'titel'; did you mean 'title'?",
            "has no title",
            "unknown key 'stepz'; did you mean 'steps'?",
            "looks[0] 'a': height is 1000; it must be a multiple of 16",
            "looks[0] 'a' has {trigger} 0 times",
            "looks[0] 'a': guidance is 99; it must be a number from 0 to 30",
            "looks[1] 'a' has the name of an earlier look",
            "looks[1] 'a' has {colour} in its prompt",
            "looks[1] 'a' has a negative prompt that does nothing",
            "looks[1] 'a': seeds is [1,1]; it must be a list without repetitions",
            "looks[2]: name is missing",
            "looks[2] has {trigger} 2 times",
            "looks[2] has both seeds and seed_count",
            "looks[2]: width is \"wide\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | is no mapping",
        "[1, 2] | is no mapping",
        "'name: a\nname: b' | Duplicate",
        "'name: [' | is not YAML",
        "'name: a\ntitle: b' | has no looks",
        "'name: a\ntitle: b\nlooks: [3]' | looks[0] is no mapping",
      })
  void refusesWhatIsNoPack(String yaml, String problem) {
    assertThatThrownBy(() -> StylePack.parse(yaml, "x.yaml"))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void readsAFileAndNamesAMissingOne(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("small.yaml"), SMALL);
    assertThat(StylePack.load(file.toString()).name()).isEqualTo("small");
    assertThatThrownBy(() -> StylePack.load(folder.resolve("none.yaml").toString()))
        .hasMessageContaining("none.yaml");
    assertThatThrownBy(() -> StylePack.load("nothing")).hasMessageContaining("'nothing'");
  }
}
