package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.nn.Torch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class LatentsTest {

  @Test
  void packsTwoByTwoPatchesChannelByChannel() {
    try (PointerScope scope = new PointerScope()) {
      float[] values = new float[2 * 2 * 4];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      Tensor latents = Torch.tensor(values, 1, 2, 2, 4);
      Tensor packed = Latents.pack(latents);
      assertThat(packed.shape()).containsExactly(1, 2, 8);
      assertThat(Torch.floats(packed))
          .containsExactly(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
      assertThat(Latents.unpack(packed, 2, 4).equal(latents)).isTrue();
    }
  }

  @Test
  void numbersTokensByRowAndColumn() {
    try (PointerScope scope = new PointerScope()) {
      assertThat(Torch.floats(Latents.imageIds(4, 6)))
          .containsExactly(0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 1, 0, 1, 2);
      assertThat(Torch.floats(Latents.textIds(2))).containsExactly(0, 0, 0, 0, 0, 0);
    }
  }
}
