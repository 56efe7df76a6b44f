package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The real checkpoints' names and shapes, against the configurations that they are published with.
 */
class ExpectedTensorsTest {
  private static Map<String, Map<String, List<Long>>> published;

  @BeforeAll
  static void readTheList() throws IOException {
    published =
        new ObjectMapper()
            .readValue(
                Path.of("src/test/resources/golden/full_size_tensors.json").toFile(),
                new TypeReference<Map<String, Map<String, List<Long>>>>() {});
  }

  private static TransformerConfig transformer(boolean guidance) {
    return new TransformerConfig(
        19, 38, 128, 24, 64, null, 4096, 768, guidance, List.of(16, 56, 56));
  }

  @Test
  void asksForTheTransformerOfFluxDev() {
    assertThat(ExpectedTensors.of(transformer(true)))
        .hasSize(1160)
        .containsExactlyInAnyOrderEntriesOf(published.get("flux1-dev/transformer"));
  }

  @Test
  void asksForTheTransformerOfFluxSchnell() {
    assertThat(ExpectedTensors.of(transformer(false)))
        .containsExactlyInAnyOrderEntriesOf(published.get("flux1-schnell/transformer"));
  }

  @Test
  void asksForTheAutoencoder() {
    VaeConfig config = new VaeConfig(3, 3, 16, List.of(128, 256, 512, 512), 2, 32, 0.3611, 0.1159);
    assertThat(ExpectedTensors.of(config))
        .containsExactlyInAnyOrderEntriesOf(published.get("flux1/vae"));
  }

  @Test
  void asksForTheClipTextEncoder() {
    ClipConfig config = new ClipConfig(49408, 768, 3072, 12, 12, 77, 1e-5, 2);
    assertThat(ExpectedTensors.of(config))
        .containsExactlyInAnyOrderEntriesOf(published.get("flux1/text_encoder"));
  }

  @Test
  void asksForTheT5Encoder() {
    T5Config config = new T5Config(32128, 4096, 64, 10240, 24, 64, 32, 128, 1e-6);
    assertThat(ExpectedTensors.of(config))
        .containsExactlyInAnyOrderEntriesOf(published.get("flux1/text_encoder_2"));
  }
}
