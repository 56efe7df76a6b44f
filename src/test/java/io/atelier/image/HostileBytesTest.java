package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes are, there is a verdict: measurements or a reason, never an exception. */
class HostileBytesTest {
  /** Keeps the decoders from reserving memory for sizes that noise claims. */
  private static final Measurer.Options SMALL =
      new Measurer.Options(1_000_000, true, Optional.empty(), Optional.empty(), true);

  private static final List<byte[]> STARTS =
      List.of(
          new byte[0],
          new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF},
          new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10},
          new byte[] {'R', 'I', 'F', 'F', 60, 0, 0, 0, 'W', 'E', 'B', 'P', 'V', 'P', '8', 'L'},
          new byte[] {'I', 'I', 42, 0, 8, 0, 0, 0},
          new byte[] {'M', 'M', 0, 42, 0, 0, 0, 8},
          new byte[] {'B', 'M'},
          new byte[] {0, 0, 0, 24, 'f', 't', 'y', 'p', 'h', 'e', 'i', 'c'});

  @Test
  void alwaysGivesAReasonForNoise() {
    Random random = new Random(7);
    try (Measurer measurer = Measurer.open(SMALL)) {
      for (int i = 0; i < 4000; i++) {
        byte[] start = STARTS.get(i % STARTS.size());
        byte[] bytes = new byte[start.length + random.nextInt(300)];
        random.nextBytes(bytes);
        System.arraycopy(start, 0, bytes, 0, start.length);
        requireVerdict(measurer.measure(bytes));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gradient_half.jpg", "gradient_progressive.jpg", "flat.png", "dark.webp"})
  void survivesFlippedBytes(String name) {
    byte[] whole = Golden.image(name);
    Random random = new Random(name.length());
    try (Measurer measurer = Measurer.open(SMALL)) {
      for (int i = 0; i < 60; i++) {
        byte[] bytes = Arrays.copyOf(whole, whole.length);
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        requireVerdict(measurer.measure(bytes));
      }
    }
  }

  private static void requireVerdict(Measured measured) {
    assertThat(measured.metrics().isPresent()).isNotEqualTo(measured.problem().isPresent());
    measured
        .problem()
        .ifPresent(
            reason -> {
              assertThat(reason.rejects()).isTrue();
              assertThat(reason.sentence()).isNotBlank().doesNotContain("NaN", "{", "unknown");
            });
  }
}
