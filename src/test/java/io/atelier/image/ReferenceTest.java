package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gray, resize, hashes and measurements equal those recorded from Pillow, imagehash and OpenCV. */
class ReferenceTest {

  static List<JsonNode> cases() {
    return Golden.list("/image/reference.json", "cases");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void resizesAndHashesAsPillowDoes(JsonNode row) {
    Rgb picture =
        Pictures.formula(row.get("k").asInt(), number(row, "width"), number(row, "height"));
    assertThat(Sha256.of(picture.bytes())).isEqualTo(row.get("rgb").asText());
    Gray gray = picture.gray();
    assertThat(Sha256.of(gray.bytes())).isEqualTo(row.get("gray").asText());
    Rgb resized = picture.resize(number(row, "out_width"), number(row, "out_height"));
    assertThat(Sha256.of(resized.bytes())).isEqualTo(row.get("resized").asText());
    assertThat(Hashes.phash(gray)).isEqualTo(row.get("phash").asText());
    assertThat(Hashes.dhash(gray)).isEqualTo(row.get("dhash").asText());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void measuresAsTheReferenceDoes(JsonNode row) {
    Rgb picture =
        Pictures.formula(row.get("k").asInt(), number(row, "width"), number(row, "height"));
    Gray gray = picture.gray();
    Tones tones = new Tones(picture);
    close(Quality.laplacianVariance(gray), row, "laplacian_variance", 1e-9);
    close(tones.grayEntropy(), row, "gray_entropy", 1e-9);
    close(tones.contrast(), row, "contrast", 1e-9);
    close(tones.percentiles(99)[0], row, "brightness_p99", 1e-9);
    close(tones.percentiles(99, 5)[1], row, "brightness_p5", 1e-9);
    close(tones.brightness(), row, "mean_brightness", 1e-9);
    close(Quality.sharpness(gray.shrink(512)), row, "sharpness", 1e-6);
  }

  private static int number(JsonNode row, String field) {
    return row.get(field).asInt();
  }

  private static void close(double actual, JsonNode row, String field, double tolerance) {
    double expected = row.get(field).asDouble();
    assertThat(actual).as(field).isEqualTo(expected, within(expected * tolerance));
  }
}
