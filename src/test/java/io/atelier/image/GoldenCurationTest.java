package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden image comes out as listed: its measurements, or the one reason to refuse it. */
class GoldenCurationTest {
  private static Measurer measurer;

  @BeforeAll
  static void open() {
    measurer = Measurer.open();
  }

  @AfterAll
  static void close() {
    measurer.close();
  }

  static List<JsonNode> measured() {
    return Golden.rows().stream().filter(row -> !row.has("reject")).toList();
  }

  static List<JsonNode> refused() {
    return Golden.rows().stream().filter(row -> row.has("reject")).toList();
  }

  @ParameterizedTest
  @MethodSource
  void measured(JsonNode row) {
    String file = row.get("file").asText();
    Measured verdict = measurer.measure(Golden.image(file), Rules.defaults());
    assertThat(verdict.accepted()).as("%s", verdict.reasons()).isTrue();
    Metrics metrics = verdict.metrics().orElseThrow();
    boolean lossy = file.endsWith(".jpg");
    int bits = row.get("hash_bits_tolerance").asInt() + (lossy ? 2 : 0);

    assertThat(metrics.width()).isEqualTo(row.get("width").asInt());
    assertThat(metrics.height()).isEqualTo(row.get("height").asInt());
    assertThat(Hashes.distance(metrics.phash(), row.get("phash").asText()))
        .isLessThanOrEqualTo(bits);
    assertThat(Hashes.distance(metrics.dhash(), row.get("dhash").asText()))
        .isLessThanOrEqualTo(bits);
    double tolerance = lossy ? 0.02 : 1e-6;
    close(metrics.laplacianVariance(), row.get("laplacian_variance").asDouble(), tolerance);
    close(metrics.grayEntropy(), row.get("gray_entropy").asDouble(), tolerance);
    close(metrics.brightnessP99(), row.get("brightness_p99").asDouble(), tolerance);
    close(metrics.brightnessP5(), row.get("brightness_p5").asDouble(), tolerance);
  }

  @ParameterizedTest
  @MethodSource
  void refused(JsonNode row) {
    byte[] bytes = Golden.image(row.get("file").asText());
    Measured verdict = measurer.measure(bytes, Rules.defaults());
    Set<String> rejections =
        verdict.reasons().stream()
            .filter(Reason::rejects)
            .map(reason -> reason.code().name())
            .collect(Collectors.toSet());
    assertThat(verdict.accepted()).isFalse();
    assertThat(rejections).containsExactly(row.get("reject").asText());
  }

  @Test
  void givesTheSamePixelsForEveryOrientationTag() {
    Set<String> hashes =
        Golden.rows().stream()
            .map(row -> row.get("file").asText())
            .filter(file -> file.startsWith("gradient_exif") || file.equals("gradient.png"))
            .map(file -> measurer.measure(Golden.image(file), Rules.defaults()))
            .map(verdict -> verdict.metrics().orElseThrow().pixelSha256())
            .collect(Collectors.toSet());
    assertThat(hashes).hasSize(1);
  }

  @Test
  void recordsTheOrientationTagItApplied() {
    Rules rules = Rules.defaults();
    for (int tag = 1; tag <= 8; tag++) {
      byte[] bytes = Golden.image("gradient_exif" + tag + ".png");
      assertThat(measurer.measure(bytes, rules).orientation()).isEqualTo(tag);
    }
    byte[] malformed = Golden.image("gradient_exif_bad.png");
    assertThat(measurer.measure(malformed, rules).orientation()).isEqualTo(1);
  }

  @Test
  void warnsOfDarknessAndOfEmptinessWithoutRefusing() {
    Rules rules = Rules.defaults();
    assertThat(measurer.measure(Golden.image("dark.png"), rules).reasons())
        .extracting(Reason::code)
        .containsExactly(ReasonCode.DARK);
    assertThat(measurer.measure(Golden.image("flat.png"), rules).reasons())
        .extracting(Reason::code)
        .containsExactly(ReasonCode.LOW_INFO);
  }

  @Test
  void givesEveryReasonNotOnlyTheFirst() {
    assertThat(measurer.measure(Golden.image("strip.png"), Rules.portrait()).reasons())
        .extracting(Reason::code)
        .contains(ReasonCode.TOO_SMALL, ReasonCode.ASPECT_RATIO, ReasonCode.NO_FACE);
  }

  private static void close(double actual, double expected, double tolerance) {
    assertThat(actual).isEqualTo(expected, within(Math.abs(expected) * tolerance + 1e-12));
  }
}
