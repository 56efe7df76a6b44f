package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures in other colour spaces come out in sRGB as Pillow and Little CMS convert them. */
class ColorTest {
  private static final long LIMIT = 1_000_000;

  static List<JsonNode> files() {
    return Golden.list("/image/color.json", "files");
  }

  @ParameterizedTest
  @MethodSource("files")
  void convertsToSrgbAsLittleCmsDoes(JsonNode row) {
    String file = row.get("file").asText();
    Decoded decoded = Decoder.decode(file(file), LIMIT);
    byte[] expected = HexFormat.of().parseHex(row.get("rgb").asText());
    byte[] actual = decoded.pixels().bytes();
    assertThat(actual).hasSameSizeAs(expected);
    // Two decoders of JPEG round apart by one, and a profile spreads that.
    int tolerance = file.endsWith(".jpg") ? 6 : 1;
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i] & 0xFF)
          .as("%s, sample %d", file, i)
          .isBetween((expected[i] & 0xFF) - tolerance, (expected[i] & 0xFF) + tolerance);
    }
    assertThat(decoded.colorProfile().orElse(null)).isEqualTo(row.get("profile").textValue());
  }

  @Test
  void aProfileThatIsSrgbChangesNoPixel() {
    assertThat(Decoder.decode(file("srgb.png"), LIMIT).pixels().sha256())
        .isEqualTo(Pictures.formula(2, 16, 12).sha256());
  }

  @Test
  void aDamagedProfileIsAsGoodAsNone() {
    byte[] tiff = file("adobe.tif");
    int at = indexOf(tiff, "acsp");
    tiff[at] = 'x';
    Decoded decoded = Decoder.decode(tiff, LIMIT);
    assertThat(decoded.colorProfile()).isEmpty();
    assertThat(decoded.pixels().sha256()).isEqualTo(Pictures.formula(2, 16, 12).sha256());
  }

  private static byte[] file(String name) {
    return Golden.resource("/image/color/" + name);
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
  }
}
