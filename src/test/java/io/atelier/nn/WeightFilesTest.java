package io.atelier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightFilesTest {
  private static final String INDEX = "model.safetensors.index.json";
  private static final String GOOD =
      "{\"metadata\":{\"total_size\":8},\"weight_map\":{\"a\":\"1.safetensors\","
          + "\"b\":\"2.safetensors\"}}";

  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void writeTwoShards() throws IOException {
    folder = Files.createDirectory(parent.resolve("component"));
    shard("component/1.safetensors", "a", 1);
    shard("component/2.safetensors", "b", 2);
    shard("outside.safetensors", "b", 3);
    index(GOOD);
  }

  private void shard(String file, String name, float value) {
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = Torch.tensor(new float[] {value}, 1);
      SafetensorsWriter.write(parent.resolve(file), new TreeMap<>(Map.of(name, tensor)), Map.of());
    }
  }

  private void index(String json) throws IOException {
    Files.writeString(folder.resolve(INDEX), json);
  }

  private ThrowableAssertAlternative<AtelierException> refused(ErrorCode code) {
    return assertThatExceptionOfType(AtelierException.class)
        .isThrownBy(() -> Weights.open(folder).close())
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .withMessageContaining(folder.toString());
  }

  @Test
  void readsShardsAsIfTheyWereOneFile() {
    try (Weights weights = Weights.open(folder)) {
      assertThat(weights.names()).containsExactly("a", "b");
      assertThat(weights.paths())
          .containsExactly(
              folder.resolve(INDEX),
              folder.resolve("1.safetensors"),
              folder.resolve("2.safetensors"));
      assertThat(Torch.floats(weights.get("a", Compute.CPU_FLOAT32, 1))).containsExactly(1);
      assertThat(Torch.floats(weights.get("b", Compute.CPU_FLOAT32, 1))).containsExactly(2);
      weights.requireAllUsed();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside.safetensors",
        "../component/2.safetensors",
        "./2.safetensors",
        "/etc/2.safetensors",
        "..\\\\outside.safetensors",
        "2.safetensors/",
        "2.bin",
        "",
      })
  void refusesAShardThatIsNotAPlainNameInTheFolder(String shard) throws IOException {
    index(GOOD.replace("2.safetensors", shard));
    refused(ErrorCode.BAD_CHECKPOINT)
        .withMessageContaining("places 'b' in")
        .withMessageContaining("plain name");
  }

  @Test
  void refusesAShardThatIsMissing() throws IOException {
    index(GOOD.replace("2.safetensors", "3.safetensors"));
    refused(ErrorCode.BAD_CHECKPOINT)
        .withMessageContaining("'3.safetensors'; but that file is missing");
  }

  @Test
  void refusesAKeyThatIsNotInItsShard() throws IOException {
    index(GOOD.replace("\"b\":", "\"c\":\"1.safetensors\",\"b\":"));
    refused(ErrorCode.BAD_CHECKPOINT)
        .withMessageContaining("places 'c' in 1.safetensors; but that file does not have it");
    index(GOOD.replace("\"a\":\"1", "\"a\":\"2").replace("\"b\":\"2", "\"b\":\"1"));
    refused(ErrorCode.BAD_CHECKPOINT).withMessageContaining("places 'a' in 2.safetensors");
  }

  @Test
  void refusesAKeyThatTheIndexDoesNotList() {
    shard("component/2.safetensors", "c", 2);
    refused(ErrorCode.BAD_CHECKPOINT).withMessageContaining("places 'b' in 2.safetensors");
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = Torch.tensor(new float[] {2}, 1);
      SafetensorsWriter.write(
          folder.resolve("2.safetensors"),
          new TreeMap<>(Map.of("b", tensor, "c", tensor)),
          Map.of());
    }
    refused(ErrorCode.BAD_CHECKPOINT).withMessageContaining("has the tensor 'c'; which " + INDEX);
  }

  @Test
  void refusesAKeyThatIsInTwoShards() {
    shard("component/2.safetensors", "a", 2);
    refused(ErrorCode.BAD_CHECKPOINT)
        .withMessageContaining("the tensor 'a' is in")
        .withMessageContaining("1.safetensors")
        .withMessageContaining("2.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"weight_map\":{}}",
        "{\"weight_map\":[]}",
        "{\"weight_map\":{\"a\":1}}",
        "{\"weight_map\":{\"a\":\"1.safetensors\",\"a\":\"2.safetensors\"}}",
        "{\"weight_map\":{\"a\":\"1.safetensors\"}} {}",
      })
  void refusesAnIndexThatIsNotAWeightMap(String json) throws IOException {
    index(json);
    refused(ErrorCode.BAD_CHECKPOINT).withMessageContaining(INDEX);
  }

  @Test
  void refusesWeightsThatAreThereTwice() throws IOException {
    shard("component/model.safetensors", "a", 1);
    refused(ErrorCode.BAD_CHECKPOINT).withMessageContaining("has its weights twice");
    Files.delete(folder.resolve(INDEX));
    Files.move(
        folder.resolve("1.safetensors"), folder.resolve("diffusion_pytorch_model.safetensors"));
    refused(ErrorCode.BAD_CHECKPOINT).withMessageContaining("has its weights twice");
  }

  @Test
  void refusesAFolderWithoutWeights() throws IOException {
    Files.delete(folder.resolve(INDEX));
    refused(ErrorCode.NOT_FOUND).withMessageContaining("has no weights");
  }
}
