package io.atelier.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void numbersAreShortAndTheSameEverywhere() {
    assertThat(Numbers.show(0.123456)).isEqualTo("0.123");
    assertThat(Numbers.show(12.25)).isEqualTo("12.3");
    assertThat(Numbers.show(1234.5)).isEqualTo("1,234.5");
    assertThat(Numbers.show(100_000_000.0)).isEqualTo("100,000,000");
    assertThat(Numbers.show(0.00012)).isEqualTo("1.20e-04");
    assertThat(Numbers.show(null)).isEqualTo("–");
    assertThat(Numbers.show(Double.NaN)).isEqualTo("–");
    assertThat(Numbers.show(Double.POSITIVE_INFINITY)).isEqualTo("Infinity");
  }

  @Test
  void durationsReadLikeSpeech() {
    assertThat(Numbers.duration(0.42)).isEqualTo("0.4 s");
    assertThat(Numbers.duration(59.4)).isEqualTo("59 s");
    assertThat(Numbers.duration(59.6)).isEqualTo("1 min 00 s");
    assertThat(Numbers.duration(3661)).isEqualTo("1 h 01 min");
  }

  @Test
  void percentagesNeverRoundToAllOrNothing() {
    assertThat(Numbers.percent(999, 1000)).isEqualTo(99);
    assertThat(Numbers.percent(1, 1000)).isEqualTo(1);
    assertThat(Numbers.percent(0, 0)).isZero();
    assertThat(Numbers.percent(4, 4)).isEqualTo(100);
  }
}
