package io.atelier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class TorchTest {
  @Test
  void carriesArraysToTensorsAndBack() {
    try (PointerScope scope = new PointerScope()) {
      float[] floats = {1.5f, -0f, Float.NaN, Float.MIN_VALUE, Float.POSITIVE_INFINITY, 6};
      assertThat(Torch.floats(Torch.tensor(floats, 2, 3))).containsExactly(floats);
      long[] longs = {Long.MIN_VALUE, 0, Long.MAX_VALUE};
      assertThat(Torch.longs(Torch.tensor(longs, 3))).containsExactly(longs);
      byte[] bytes = {0, 127, -128, -1};
      assertThat(Torch.bytes(Torch.tensor(bytes, 2, 2))).containsExactly(bytes);
      assertThat(Torch.longs(Torch.tensor(bytes, 4))).containsExactly(0, 127, 128, 255);
      assertThat(Torch.shape(Torch.scalar(2f))).isEmpty();
      assertThat(Torch.floats(Torch.tensor(new float[0], 0, 3))).isEmpty();
    }
  }

  @Test
  void readsTensorsInRowMajorOrderWhateverTheirLayout() {
    try (PointerScope scope = new PointerScope()) {
      Tensor tensor = Torch.tensor(new float[] {1, 2, 3, 4}, 2, 2).t().to(ScalarType.BFloat16);
      assertThat(Torch.floats(tensor)).containsExactly(1, 3, 2, 4);
      assertThat(Torch.bytes(tensor)).hasSize(8);
    }
  }

  @Test
  void refusesAnArrayThatDoesNotFillTheShape() {
    assertThatThrownBy(() -> Torch.tensor(new float[5], 2, 3))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("5 values do not fill a tensor of shape [2, 3]");
  }

  @Test
  void keepsATensorBeyondItsScopeUntilItIsReleased() {
    Tensor tensor;
    try (PointerScope scope = new PointerScope()) {
      tensor = Torch.keep(Torch.tensor(new float[] {3}, 1));
    }
    assertThat(Torch.floats(tensor)).containsExactly(3);
    Torch.release(tensor);
    assertThat(tensor.isNull()).isTrue();
    Torch.release(null);
  }

  @Test
  void setsTheNumberOfThreads() {
    Torch.threads(1);
    assertThat(Torch.threads()).isEqualTo(1);
    assertThatThrownBy(() -> Torch.threads(0)).isInstanceOf(AtelierException.class);
  }
}
