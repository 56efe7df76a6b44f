package io.atelier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

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
}
