package io.atelier.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.atelier.error.AtelierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxGraphTest {
  private static final Path EMBED =
      Path.of("src", "test", "resources", "captioners", "florence2", "embed_tokens.onnx");

  @TempDir Path folder;

  @Test
  void computesTheOutputsByName() {
    try (OnnxGraph graph = OnnxGraph.open(EMBED, "cpu", 1);
        NDManager arrays = graph.arrays()) {
      NDList outputs = graph.run(new NDList(ids(arrays, "input_ids", 7, 7, 3)));
      NDArray embedded = outputs.get(0);
      assertThat(embedded.getName()).isEqualTo("inputs_embeds");
      assertThat(embedded.getShape()).isEqualTo(new Shape(1, 3, 16));
      float[] values = embedded.toFloatArray();
      assertThat(Arrays.copyOfRange(values, 0, 16))
          .isEqualTo(Arrays.copyOfRange(values, 16, 32))
          .isNotEqualTo(Arrays.copyOfRange(values, 32, 48));
    }
  }

  @Test
  void isLoadedOnceForAllItsUsersUntilIdleGraphsAreUnloaded() throws IOException {
    Path copy = Files.copy(EMBED, folder.resolve("copy.onnx"));
    long before = OnnxGraph.loads();
    OnnxGraph first = OnnxGraph.open(copy, "cpu", 1);
    OnnxGraph second =
        OnnxGraph.open(folder.resolve("../" + folder.getFileName()).resolve("copy.onnx"), "cpu", 1);
    first.close();
    first.close();
    OnnxGraph.unloadIdle();
    try (NDManager arrays = second.arrays()) {
      assertThat(second.run(new NDList(ids(arrays, "input_ids", 1)))).hasSize(1);
    }
    second.close();
    OnnxGraph.open(copy, "cpu", 1).close();
    assertThat(OnnxGraph.loads() - before).isEqualTo(1);
    OnnxGraph.unloadIdle();
    OnnxGraph.open(copy, "cpu", 1).close();
    assertThat(OnnxGraph.loads() - before).isEqualTo(2);
  }

  @Test
  void namesTheFileAndTheInputsThatDoNotFit() throws IOException {
    Path missing = folder.resolve("missing.onnx");
    assertThatThrownBy(() -> OnnxGraph.open(missing, "cpu", 1))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining(missing.toString());
    Path broken = Files.writeString(folder.resolve("broken.onnx"), "no graph");
    assertThatThrownBy(() -> OnnxGraph.open(broken, "cpu", 1))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining(broken.toString());
    try (OnnxGraph graph = OnnxGraph.open(EMBED, "cpu", 1);
        NDManager arrays = graph.arrays()) {
      assertThatThrownBy(() -> graph.run(new NDList(ids(arrays, "pixels", 1))))
          .isInstanceOf(AtelierException.class)
          .hasMessageContaining("[input_ids], not [pixels]");
    }
  }

  @Test
  void saysWhatToDoWithoutAGpuBuild() {
    assertThatThrownBy(() -> OnnxGraph.open(EMBED, "cuda:99", 1))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("cuda:99")
        .hasMessageContaining("model.device");
  }

  private static NDArray ids(NDManager arrays, String name, long... ids) {
    NDArray array = arrays.create(ids, new Shape(1, ids.length));
    array.setName(name);
    return array;
  }
}
