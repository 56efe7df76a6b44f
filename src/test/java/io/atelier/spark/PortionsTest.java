package io.atelier.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PortionsTest {
  @Test
  void theNextPortionTakesAboutAsLongAsIsWantedButGrowsSlowly() {
    Duration two = Duration.ofMinutes(2);
    assertThat(Portions.next(8, Duration.ofMinutes(1), two)).isEqualTo(16);
    assertThat(Portions.next(16, Duration.ofMinutes(4), two)).isEqualTo(16);
    assertThat(Portions.next(160, Duration.ofMinutes(20), two)).isEqualTo(16);
    assertThat(Portions.next(8, Duration.ofSeconds(1), two)).isEqualTo(32);
    assertThat(Portions.next(Integer.MAX_VALUE, Duration.ZERO, two)).isEqualTo(Integer.MAX_VALUE);
  }
}
