package io.atelier.caption.seq2seq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.PixelValues;
import io.atelier.image.Rgb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Against what transformers generates with the same weights; see record_captioners.py. */
class ImageToTextTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path MODELS = Path.of("src", "test", "resources", "captioners");

  @TempDir Path temporary;

  @TestFactory
  Stream<DynamicTest> generatesWhatTransformersGenerates() throws IOException {
    Path merged = copy("encoder-decoder", "merged");
    Path separate = copy("encoder-decoder", "separate");
    for (String file : List.of("decoder_model.onnx", "decoder_with_past_model.onnx")) {
      Files.delete(merged.resolve(file));
    }
    Files.delete(separate.resolve("decoder_model_merged.onnx"));
    return Stream.of(merged, separate, copy("florence2", "florence2"))
        .flatMap(folder -> cases(folder).stream());
  }

  private List<DynamicTest> cases(Path folder) {
    try {
      List<DynamicTest> tests = new ArrayList<>();
      for (JsonNode recorded : JSON.readTree(folder.resolve("cases.json").toFile())) {
        String name =
            folder.getFileName() + " " + recorded.path("size") + recorded.get("parameters");
        tests.add(DynamicTest.dynamicTest(name, () -> check(folder, recorded)));
      }
      assertThat(tests).hasSizeGreaterThan(9);
      return tests;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void check(Path folder, JsonNode recorded) throws IOException {
    ModelFolder files = new ModelFolder(with(folder, recorded.get("parameters")));
    GenerationConfig config = GenerationConfig.of(files, OptionalInt.empty(), 1000);
    try (ImageToText model = new ImageToText(files, config, "cpu", 1)) {
      Rgb picture =
          picture(recorded.path("size").get(0).asInt(), recorded.path("size").get(1).asInt());
      int[] question =
          files.isFlorence()
              ? model.question(recorded.get("prompt").asText("<CAPTION>"))
              : new int[0];
      Generated generated = model.generate(picture, question);
      assertThat(generated.ids())
          .containsExactly(JSON.convertValue(recorded.get("ids"), int[].class));
      double score = recorded.get("score").asDouble();
      assertThat(generated.score()).isCloseTo(score, within(1e-4 * Math.max(1, Math.abs(score))));
      assertThat(model.text(generated.ids())).isEqualTo(recorded.get("text").asText());
      int last = generated.ids()[generated.ids().length - 1];
      assertThat(generated.ended()).isEqualTo(config.endTokens().contains(last));
    }
  }

  /** The folder with a case's parameters, as {@code generate}'s arguments, in its configuration. */
  private static Path with(Path folder, JsonNode parameters) throws IOException {
    Path file = folder.resolve("generation_config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    config.remove(List.of("length_penalty", "early_stopping", "min_length", "eos_token_id"));
    config.remove(List.of("no_repeat_ngram_size"));
    boolean florence = folder.endsWith("florence2");
    // What the model's own configuration says holds where a case has no other word.
    config.put("eos_token_id", florence ? 2 : 0);
    if (florence) {
      config.put("early_stopping", true).put("no_repeat_ngram_size", 3);
    }
    config.setAll((ObjectNode) parameters);
    JSON.writeValue(file.toFile(), config);
    return folder;
  }

  @Test
  void preparesPixelsAsTransformersDoes() throws IOException {
    for (String name : List.of("encoder-decoder", "florence2")) {
      Path folder = MODELS.resolve(name);
      PixelValues pixels = new ModelFolder(folder).pixelValues();
      for (JsonNode recorded : JSON.readTree(folder.resolve("cases.json").toFile())) {
        JsonNode size = recorded.get("size");
        float[] values = pixels.of(pixels.sized(picture(size.get(0).asInt(), size.get(1).asInt())));
        double sum = 0;
        for (float value : values) {
          sum += value;
        }
        assertThat(sum).isCloseTo(recorded.path("pixels").path("sum").asDouble(), within(1e-3));
        for (int i = 0; i < 9; i++) {
          float value = values[i / 3 * 1024 + 3 * 32 + 3 + i % 3];
          double expected = recorded.path("pixels").path("first").get(i).asDouble();
          assertThat((double) value).isCloseTo(expected, within(1e-6));
        }
      }
    }
  }

  @Test
  void describesInWordsAndCountsTokens() throws IOException {
    ModelFolder florence = new ModelFolder(MODELS.resolve("florence2"));
    try (ImageToText model = ImageToText.open(florence, OptionalInt.of(1), 12, "cpu", 1)) {
      ImageToText.Caption caption = model.describe(picture(50, 38), "<CAPTION>");
      assertThat(caption.tokens()).isEqualTo(12);
      assertThat(caption.promptTokens())
          .isEqualTo(model.question("What does the image describe?").length);
      assertThat(caption.text()).isNotBlank();
    }
  }

  @Test
  void namesTheFileThatIsMissing() throws IOException {
    for (String name : List.of("florence2", "encoder-decoder")) {
      for (String file :
          List.of("encoder_model.onnx", "tokenizer.json", "preprocessor_config.json")) {
        Path folder = copy(name, name + file);
        Files.delete(folder.resolve(file));
        assertThatThrownBy(() -> new ModelFolder(folder))
            .isInstanceOfSatisfying(
                AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
            .hasMessageContaining(folder.resolve(file).toString());
      }
    }
    assertThatThrownBy(() -> new ModelFolder(temporary.resolve("nowhere")))
        .hasMessageContaining("nowhere");
  }

  @Test
  void refusesAConfigurationItWouldNotFollow() throws IOException {
    Path folder = copy("florence2", "strict");
    Path file = folder.resolve("generation_config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    JSON.writeValue(file.toFile(), config.put("repetition_penalty", 1.0));
    GenerationConfig.of(new ModelFolder(folder), OptionalInt.empty(), 9);
    JSON.writeValue(file.toFile(), config.put("repetition_penalty", 1.2));
    assertThatThrownBy(() -> GenerationConfig.of(new ModelFolder(folder), OptionalInt.empty(), 9))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("repetition_penalty = 1.2");
  }

  @Test
  void theHashFollowsTheFiles() throws IOException {
    Path folder = copy("florence2", "hashed");
    String before = new ModelFolder(folder).hash();
    assertThat(before).isEqualTo(new ModelFolder(MODELS.resolve("florence2")).hash());
    Files.writeString(folder.resolve("notes.txt"), "not part of the model");
    assertThat(new ModelFolder(folder).hash()).isEqualTo(before);
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    assertThat(new ModelFolder(folder).hash()).isNotEqualTo(before);
  }

  private Path copy(String name, String as) throws IOException {
    Path folder = Files.createDirectories(temporary.resolve(as));
    try (Stream<Path> files = Files.list(MODELS.resolve(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    return folder;
  }

  /** The picture that record_captioners.py paints. */
  static Rgb picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    int radius = Math.min(width, height) / 4;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int[] color = {
          255 * x / (width - 1), 255 * y / (height - 1), 255 * (x + y) / (width + height - 2)
        };
        int dx = x - width / 3;
        int dy = y - height / 3;
        if (dx * dx + dy * dy < radius * radius) {
          color = new int[] {230, 40, 60};
        }
        if (x >= width / 2 && y >= height / 2 && (x / 4 + y / 4) % 2 == 0) {
          color = new int[] {15, 20, 25};
        }
        for (int c = 0; c < 3; c++) {
          rgb[3 * (y * width + x) + c] = (byte) color[c];
        }
      }
    }
    return new Rgb(rgb, width, height);
  }
}
