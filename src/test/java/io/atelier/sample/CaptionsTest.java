package io.atelier.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.sample.World.Split;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CaptionsTest {
  private static final int DRAWS = 20_000;
  private static final World WORLD = new World(3, Split.TRAIN);

  @Test
  void sayNothingThatIsNotShown() {
    CaptionReader reader = new CaptionReader();
    for (int i = 0; i < DRAWS; i++) {
      Scene scene = WORLD.scene(i);
      String caption = scene.caption();
      assertThat(reader.faults(scene, caption)).as("%s: %s", caption, scene).isEmpty();
    }
  }

  @Test
  void areFoundUntrueOfAnotherScene() {
    CaptionReader reader = new CaptionReader();
    int untrue = 0;
    for (int i = 0; i < 1000; i++) {
      String caption = WORLD.scene(i).caption();
      untrue += reader.faults(WORLD.scene(i + 1), caption).isEmpty() ? 0 : 1;
    }
    assertThat(untrue).isGreaterThan(950);
  }

  @Test
  void useTheWordsOfTheVocabularyAndAllOfThem() {
    Set<String> used = new TreeSet<>();
    for (int i = 0; i < 2 * DRAWS; i++) {
      used.addAll(Arrays.asList(WORLD.scene(i).caption().split("[ ,.]+")));
    }
    assertThat(used).containsExactlyElementsOf(Vocabulary.words());
  }

  @Test
  void differInWordsAndLength() {
    Set<String> distinct = new HashSet<>();
    int shortest = 100;
    int longest = 0;
    for (int i = 0; i < 5000; i++) {
      String caption = WORLD.scene(i).caption();
      distinct.add(caption);
      int words = caption.split(" ").length;
      shortest = Math.min(shortest, words);
      longest = Math.max(longest, words);
    }
    assertThat(distinct).hasSizeGreaterThan(4500);
    assertThat(shortest).isLessThanOrEqualTo(5);
    assertThat(longest).isBetween(30, 60);
  }

  @Test
  void nameThePersonByTheTriggerOnce() {
    for (int i = 0; i < 1000; i++) {
      Scene scene = WORLD.scene(i);
      String named = "ohwx " + scene.person().classNoun();
      assertThat(scene.caption("ohwx")).containsOnlyOnce(named);
    }
  }
}
