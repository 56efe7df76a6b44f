package io.atelier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsTest {
  private static final Path DEV = Path.of("src/test/resources/golden/flux-dev/checkpoint");

  @Test
  void readsASingleFileWithoutTheOptionalPrefix() {
    try (Weights weights = Weights.open(DEV.resolve("text_encoder"), "text_model.")) {
      assertThat(weights.names()).contains("embeddings.position_embedding.weight");
      Tensor tensor =
          weights.get("embeddings.position_embedding.weight", Compute.CPU_FLOAT32, 77, 24);
      assertThat(Torch.shape(tensor)).containsExactly(77, 24);
      assertThat(Torch.floats(tensor)).hasSize(77 * 24);
    }
  }

  @Test
  void handsOutTheMappedFileItselfWhereTheTypeFits() {
    try (Weights weights = Weights.open(DEV.resolve("vae"))) {
      int before = MappedTensors.held();
      Tensor tensor;
      try (PointerScope scope = new PointerScope()) {
        tensor = weights.get("decoder.conv_in.bias", Compute.CPU_FLOAT32, 32);
      }
      assertThat(MappedTensors.held()).isEqualTo(before + 1);
      assertThat(Torch.floats(tensor)).hasSize(32);
      weights.close();
      assertThat(MappedTensors.held()).isEqualTo(before);
    }
  }

  @Test
  void listsAllThatIsMissingMisshapenAndUnexpectedAtOnce() {
    try (Weights weights = Weights.open(DEV.resolve("vae"))) {
      weights.get("decoder.conv_in.bias", Compute.CPU_FLOAT32, 33);
      weights.get("decoder.conv_inn.bias", Compute.CPU_FLOAT32, 32);
      assertThatThrownBy(weights::requireAllUsed)
          .hasMessageContaining("1 missing (decoder.conv_inn.bias)")
          .hasMessageContaining("1 of another shape (decoder.conv_in.bias is [32], needed [33])")
          .hasMessageContaining("239 unexpected (decoder.conv_in.weight")
          .hasMessageContaining("and 219 more");
    }
  }

  @Test
  void remembersWhatIsAskedForWhenRecording() {
    try (Weights weights = Weights.recording()) {
      Tensor tensor = weights.get("a.weight", Compute.CPU_FLOAT32, 1L << 20, 1L << 20);
      weights.getTied("b.weight", "c.weight", Compute.CPU_FLOAT32, 3);
      assertThat(tensor.is_meta()).isTrue();
      assertThat(weights.requested())
          .containsEntry("a.weight", List.of(1L << 20, 1L << 20))
          .containsOnlyKeys("a.weight", "b.weight", "c.weight");
      weights.requireAllUsed();
    }
  }

  @Test
  void convertsToTheAskedType() {
    Compute bfloat16 = new Compute(Precision.BFLOAT16, "cpu");
    try (Weights weights = Weights.open(DEV.resolve("vae"));
        PointerScope scope = new PointerScope()) {
      float[] exact = Torch.floats(weights.get("decoder.conv_in.bias", Compute.CPU_FLOAT32, 32));
      Tensor rounded = weights.get("decoder.conv_in.bias", bfloat16, 32);
      assertThat(Dtype.of(rounded)).isEqualTo(Dtype.BF16);
      float[] values = Torch.floats(rounded);
      for (int i = 0; i < exact.length; i++) {
        assertThat(values[i]).isCloseTo(exact[i], within(Math.abs(exact[i]) / 256));
      }
    }
  }

  @Test
  void aConvertedTensorIsHeldOnceForAllWhoWantItAndNoLonger() {
    Compute bfloat16 = new Compute(Precision.BFLOAT16, "cpu");
    int before = SharedWeights.held();
    try (PointerScope scope = new PointerScope();
        Weights one = Weights.open(DEV.resolve("vae"));
        Weights two = Weights.open(DEV.resolve("vae"))) {
      Tensor first = one.get("decoder.conv_in.bias", bfloat16, 32);
      Tensor second = two.get("decoder.conv_in.bias", bfloat16, 32);
      assertThat(second.is_same(first)).isTrue();
      assertThat(SharedWeights.held()).isEqualTo(before + 1);
      float[] values = Torch.floats(first);
      one.close();
      assertThat(Torch.floats(second)).isEqualTo(values);
      assertThat(SharedWeights.held()).isEqualTo(before + 1);
      two.close();
      assertThat(SharedWeights.held()).isEqualTo(before);
    }
  }

  @Test
  void aFileThatWasReplacedIsReadAgain(@TempDir Path folder) throws IOException {
    Compute bfloat16 = new Compute(Precision.BFLOAT16, "cpu");
    write(folder, List.of("x"), 1f, 1f);
    try (Weights old = Weights.open(folder)) {
      assertThat(Torch.floats(old.get("x", bfloat16, 1))).containsExactly(1f);
      Path other = Files.createDirectory(folder.resolve("other"));
      write(other, List.of("x"), 2f, 2f);
      Path file = other.resolve("model.safetensors");
      Files.setLastModifiedTime(file, FileTime.fromMillis(1));
      Files.move(file, folder.resolve("model.safetensors"), StandardCopyOption.REPLACE_EXISTING);
      try (Weights replaced = Weights.open(folder)) {
        assertThat(Torch.floats(replaced.get("x", bfloat16, 1))).containsExactly(2f);
      }
    }
  }

  @Test
  void checksNamesAndShapesFromTheHeadersAlone() {
    int before = MappedTensors.held();
    try (Weights weights = Weights.headers(DEV.resolve("text_encoder"), "text_model.")) {
      Tensor tensor =
          weights.get("embeddings.position_embedding.weight", Compute.CPU_FLOAT32, 77, 24);
      assertThat(tensor.is_meta()).isTrue();
      assertThat(MappedTensors.held()).isEqualTo(before);
      assertThatThrownBy(weights::requireAllUsed).hasMessageContaining("unexpected");
    }
  }

  @Test
  void takesATiedTensorUnderEitherNameOrBothIfEqual(@TempDir Path folder) {
    for (List<String> names : List.of(List.of("x"), List.of("y"), List.of("x", "y"))) {
      write(folder, names, 1f, 1f);
      try (Weights weights = Weights.open(folder)) {
        Tensor tensor = weights.getTied("x", "y", Compute.CPU_FLOAT32, 1);
        assertThat(Torch.floats(tensor)).containsExactly(1f);
        assertThat(weights.requested()).containsOnlyKeys("x", "y");
        weights.requireAllUsed();
      }
    }
    write(folder, List.of("x", "y"), 1f, 2f);
    try (Weights weights = Weights.open(folder)) {
      assertThatThrownBy(() -> weights.getTied("x", "y", Compute.CPU_FLOAT32, 1))
          .isInstanceOf(AtelierException.class)
          .hasMessageContaining("different values in 'x' and 'y'");
    }
    write(folder, List.of("z"), 1f);
    try (Weights weights = Weights.open(folder)) {
      weights.getTied("x", "y", Compute.CPU_FLOAT32, 1);
      assertThatThrownBy(weights::requireAllUsed)
          .hasMessageContaining("1 missing (x)")
          .hasMessageContaining("1 unexpected (z)");
    }
  }

  private static void write(Path folder, List<String> names, float... values) {
    try (PointerScope scope = new PointerScope()) {
      TreeMap<String, Tensor> tensors = new TreeMap<>();
      for (int i = 0; i < names.size(); i++) {
        tensors.put(names.get(i), Torch.tensor(new float[] {values[i]}, 1));
      }
      SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
    }
  }
}
