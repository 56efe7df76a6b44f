package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelativePositionsTest {

  @ParameterizedTest
  @CsvSource({
    "-1000, 15",
    "-128, 15",
    "-64, 14",
    "-16, 10",
    "-8, 8",
    "-7, 7",
    "0, 0",
    "1, 17",
    "7, 23",
    "8, 24",
    "16, 26",
    "64, 30",
    "127, 31",
    "1000, 31"
  })
  void givesTheBucketOfT5(int distance, int bucket) {
    assertThat(RelativePositions.bucket(distance, 32, 128)).isEqualTo(bucket);
  }
}
