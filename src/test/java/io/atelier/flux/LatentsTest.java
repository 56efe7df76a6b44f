package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.nn.Torch;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class LatentsTest {

  @Test
  void drawsTheNoiseOfPyTorch() {
    try (PointerScope scope = new PointerScope()) {
      float[] noise = Torch.floats(Latents.noise(new long[] {42}, 16, 8, 12));
      assertThat(Arrays.copyOf(noise, 8))
          .containsExactly(
              new float[] {
                1.926915f,
                1.487284f,
                .900717f,
                -2.105521f,
                .678418f,
                -1.234545f,
                -.043067f,
                -1.604667f
              },
              within(1e-6f));
    }
  }

  @Test
  void givesEachImageOfABatchTheNoiseItHasAlone() {
    try (PointerScope scope = new PointerScope()) {
      Tensor batch = Latents.noise(new long[] {7, 42, -1}, 4, 6, 10);
      Tensor alone = Latents.noise(new long[] {42}, 4, 6, 10);
      assertThat(batch.narrow(0, 1, 1).equal(alone)).isTrue();
      assertThat(batch.narrow(0, 2, 1).equal(alone)).isFalse();
    }
  }

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
