package io.atelier.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.nn.Leaves;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MuonTest {
  private static final Path RECORDED = Path.of("src/test/resources/reference/muon.safetensors");

  @ParameterizedTest
  @ValueSource(strings = {"tall", "wide"})
  void makesTheStepsOfTorch(String kind) {
    try (PointerScope scope = new PointerScope();
        SafetensorsFile recorded = SafetensorsFile.open(RECORDED)) {
      Tensor start = recorded.tensor("in.start." + kind);
      Tensor gradients = recorded.tensor("in.gradients." + kind);
      Tensor after = recorded.tensor("out.values." + kind);
      double rate = Double.parseDouble(recorded.metadata().get("rate"));
      List<Long> shape = List.of(start.size(0), start.size(1));
      try (Leaves leaves =
              Leaves.of(new TreeMap<>(Map.of("net/hidden", shape)), new Device("cpu"));
          Muon muon = new Muon(leaves, Pattern.compile("net/.*"))) {
        Tensor values = leaves.named(leaves.values()).get("net/hidden");
        Tensor gradient = leaves.named(leaves.gradients()).get("net/hidden");
        values.copy_(start);
        for (int step = 0; step < gradients.size(0); step++) {
          gradient.copy_(gradients.select(0, step));
          muon.matrices().forEach(matrix -> matrix.step(rate));
          Tensor moved = after.select(0, step).sub(start);
          double error = values.sub(start).sub(moved).norm().item_double();
          assertThat(error / moved.norm().item_double()).isLessThan(1e-4);
          assertThat(gradient.abs().max().item_double()).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1,8", "8,1", "16,16", "20,64", "192,48"})
  void singularValuesComeNearOne(long rows, long columns) {
    try (PointerScope scope = new PointerScope()) {
      torch.manual_seed(rows);
      Tensor matrix = torch.randn(rows, columns);
      Tensor singular = torch.linalg_svdvals(Muon.orthogonal(matrix));
      assertThat(singular.min().item_double()).isGreaterThan(rows == columns ? 0 : 0.6);
      assertThat(singular.max().item_double()).isLessThan(1.3);
    }
  }

  @Test
  void takesMatricesOfItsNamesAlone() {
    Map<String, List<Long>> shapes =
        Map.of(
            "net/hidden",
            List.of(2L, 3L),
            "net/bias",
            List.of(3L),
            "other/hidden",
            List.of(2L, 2L));
    try (PointerScope scope = new PointerScope();
        Leaves leaves = Leaves.of(new TreeMap<>(shapes), new Device("cpu"));
        Muon muon = new Muon(leaves, Pattern.compile("net/.*"))) {
      leaves.gradients().fill_(new Scalar(1.0));
      muon.matrices().forEach(matrix -> matrix.step(1));
      assertThat(Torch.floats(leaves.named(leaves.values()).get("net/bias"))).containsOnly(0f);
      assertThat(Torch.floats(leaves.named(leaves.values()).get("other/hidden"))).containsOnly(0f);
      assertThat(Torch.floats(leaves.named(leaves.gradients()).get("net/bias"))).containsOnly(1f);
      assertThat(Torch.floats(leaves.named(leaves.values()).get("net/hidden"))).doesNotContain(0f);
    }
  }
}
