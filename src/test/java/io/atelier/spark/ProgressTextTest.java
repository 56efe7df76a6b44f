package io.atelier.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressTextTest {
  @Test
  void estimatesWhatIsLeftFromWhatIsDone() {
    assertThat(ProgressText.figures("Training", "steps", 50, 200, 60))
        .isEqualTo("Training  50/200 steps  25 %  3 min 00 s left");
  }

  @Test
  void promisesNothingBeforeTheFirstUnit() {
    assertThat(ProgressText.figures("Training", "steps", 0, 200, 60))
        .isEqualTo("Training  0/200 steps  0 %");
  }

  @Test
  void tellsHowLongItTookInTheEnd() {
    assertThat(ProgressText.figures("Training", "steps", 200, 200, 7510))
        .isEqualTo("Training  200/200 steps  100 %  in 2 h 05 min");
  }

  @Test
  void fillsTheBarOnlyWhenAllIsDone() {
    assertThat(ProgressText.bar(199, 200)).contains(" ]").hasSize(32);
    assertThat(ProgressText.bar(200, 200)).doesNotContain(" ");
    assertThat(ProgressText.bar(0, 0)).doesNotContain(" ");
  }

  @Test
  void writesDurationsForPeople() {
    assertThat(ProgressText.duration(59.4)).isEqualTo("59 s");
    assertThat(ProgressText.duration(184)).isEqualTo("3 min 04 s");
    assertThat(ProgressText.duration(7800)).isEqualTo("2 h 10 min");
  }
}
