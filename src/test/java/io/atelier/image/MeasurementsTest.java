package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Entropy as Pillow, colourfulness as NumPy and BRISQUE as OpenCV's Python package computes it. */
class MeasurementsTest {
  private static Brisque brisque;

  @BeforeAll
  static void open() {
    brisque = Brisque.open();
  }

  @AfterAll
  static void close() {
    brisque.close();
  }

  static List<JsonNode> cases() {
    return Golden.list("/image/measurements.json", "cases");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void measuresWhatTheReferencesMeasure(JsonNode row) {
    Rgb picture = picture(row.get("picture").asText());
    Tones tones = new Tones(picture);
    assertThat(tones.rgbEntropy()).isEqualTo(row.get("rgb_entropy").asDouble(), within(1e-9));
    assertThat(tones.colorfulness()).isEqualTo(row.get("colorfulness").asDouble(), within(1e-9));
    assertThat(brisque.score(picture.gray()))
        .isEqualTo(row.get("brisque").asDouble(), within(0.01));
  }

  @Test
  void whatHasNoStatisticsHasNoBrisque() {
    assertThat(brisque.score(picture("flat.png").gray())).isNaN();
    assertThat(brisque.score(Pictures.formula(1, 20, 20).gray())).isNaN();
  }

  private static Rgb picture(String name) {
    if (name.endsWith(".png")) {
      return Decoder.decode(Golden.image(name), 1_000_000).pixels();
    }
    String[] parts = name.split(" ");
    return Pictures.formula(
        Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
  }
}
