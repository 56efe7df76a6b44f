package io.atelier.caption;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TriggerTokensTest {

  @Test
  void givesEverySubjectItsOwn() {
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < 5000; i++) {
      String token = TriggerTokens.generate("subject-" + i, taken);
      assertThat(TriggerTokens.isWanted(token)).as(token).isTrue();
      assertThat(taken.add(token)).as(token).isTrue();
    }
  }

  @Test
  void dependsOnTheSubjectKeyAlone() {
    String token = TriggerTokens.generate("subject-1", Set.of());
    assertThat(TriggerTokens.generate("subject-1", Set.of("other"))).isEqualTo(token);
    assertThat(TriggerTokens.generate("subject-1", Set.of(token))).isNotEqualTo(token);
  }

  @Test
  void refusesWordsAndUnwantedFragments() {
    assertThat(TriggerTokens.isWanted("portrait")).isFalse();
    assertThat(TriggerTokens.isWanted("okzan")).isTrue();
    assertThat(TriggerTokens.isWanted("nazjok")).isFalse();
  }
}
