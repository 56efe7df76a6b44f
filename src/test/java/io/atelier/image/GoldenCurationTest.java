package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every golden image comes out as listed: its measurements, or the one reason to refuse it. */
class GoldenCurationTest {
  private static final long MOST_PIXELS = 100_000_000;
  private static Measurer measurer;

  /** The rules for collections, but for pictures as small as the golden ones. */
  private static Rules rules;

  @BeforeAll
  static void open() throws IOException {
    measurer =
        Measurer.open(
            new Measurer.Options(MOST_PIXELS, true, Optional.empty(), Optional.empty(), false));
    String dataset = Files.readString(Path.of("conf/rules/dataset.yaml"));
    rules = Rules.parse(dataset.replace("threshold: 200", "threshold: 64"), "dataset.yaml");
  }

  private static List<Reason> reasons(String file, Rules rules) {
    Measured measured = measurer.measure(Golden.image(file));
    return measured
        .problem()
        .map(List::of)
        .orElseGet(() -> rules.judge(measured.metrics().orElseThrow()::get));
  }

  private static Metrics metrics(String file) {
    return measurer.measure(Golden.image(file)).metrics().orElseThrow();
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
    assertThat(reasons(file, rules)).noneMatch(Reason::rejects);
    Metrics metrics = metrics(file);
    boolean lossy = file.endsWith(".jpg");
    int bits = row.get("hash_bits_tolerance").asInt();

    assertThat(metrics.width()).isEqualTo(row.get("width").asInt());
    assertThat(metrics.height()).isEqualTo(row.get("height").asInt());
    assertThat(Hashes.distance(metrics.phash(), row.get("phash").asText()))
        .isLessThanOrEqualTo(bits);
    assertThat(Hashes.distance(metrics.dhash(), row.get("dhash").asText()))
        .isLessThanOrEqualTo(bits);
    double tolerance = lossy ? 0.02 : 1e-6;
    close(
        metrics.get(Metric.LAPLACIAN_VARIANCE),
        row.get("laplacian_variance").asDouble(),
        tolerance);
    close(metrics.get(Metric.GRAY_ENTROPY), row.get("gray_entropy").asDouble(), tolerance);
    close(metrics.get(Metric.BRIGHTNESS_P99), row.get("brightness_p99").asDouble(), tolerance);
    close(metrics.get(Metric.BRIGHTNESS_P5), row.get("brightness_p5").asDouble(), tolerance);
  }

  @ParameterizedTest
  @MethodSource
  void refused(JsonNode row) {
    assertThat(reasons(row.get("file").asText(), rules))
        .filteredOn(Reason::rejects)
        .extracting(Reason::code)
        .containsExactly(row.get("reject").asText());
  }

  @Test
  void givesTheSamePixelsForEveryOrientationTag() {
    Set<String> hashes =
        Golden.rows().stream()
            .map(row -> row.get("file").asText())
            .filter(file -> file.startsWith("gradient_exif") || file.equals("gradient.png"))
            .map(file -> metrics(file).pixelSha256())
            .collect(Collectors.toSet());
    assertThat(hashes).hasSize(1);
  }

  @Test
  void recordsTheOrientationTagItApplied() {
    for (int tag = 1; tag <= 8; tag++) {
      byte[] bytes = Golden.image("gradient_exif" + tag + ".png");
      assertThat(measurer.measure(bytes).orientation()).isEqualTo(tag);
    }
    byte[] malformed = Golden.image("gradient_exif_bad.png");
    assertThat(measurer.measure(malformed).orientation()).isEqualTo(1);
  }

  @Test
  void warnsOfDarknessAndOfEmptinessWithoutRefusing() {
    assertThat(reasons("dark.png", rules)).extracting(Reason::code).containsExactly("DARK");
    assertThat(reasons("flat.png", rules)).extracting(Reason::code).containsExactly("LOW_INFO");
    assertThat(reasons("flat.png", rules)).noneMatch(Reason::rejects);
  }

  @Test
  void givesEveryReasonNotOnlyTheFirst() {
    assertThat(reasons("strip.png", Rules.load("portrait")))
        .extracting(Reason::code)
        .contains("TOO_SMALL", "ASPECT_RATIO", "NO_FACE");
  }

  private static void close(double actual, double expected, double tolerance) {
    assertThat(actual).isEqualTo(expected, within(Math.abs(expected) * tolerance + 1e-12));
  }
}
