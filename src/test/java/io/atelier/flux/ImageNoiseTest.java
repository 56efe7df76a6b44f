package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.nn.Torch;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ImageNoiseTest {

  @Test
  void drawsTheNoiseOfPyTorch() {
    try (PointerScope scope = new PointerScope()) {
      Tensor packed = new ImageNoise(new long[] {42}, 16, 8, 12).first();
      float[] noise = Torch.floats(Latents.unpack(packed, 8, 12));
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
  void eachImageOfABatchHasTheNoiseItHasAlone() {
    try (PointerScope scope = new PointerScope()) {
      ImageNoise batch = new ImageNoise(new long[] {7, 42, -1}, 4, 6, 10);
      ImageNoise alone = new ImageNoise(new long[] {42}, 4, 6, 10);
      assertThat(batch.first().narrow(0, 1, 1).equal(alone.first())).isTrue();
      assertThat(batch.first().narrow(0, 2, 1).equal(alone.first())).isFalse();
      for (int step = 0; step < 3; step++) {
        assertThat(batch.next().narrow(0, 1, 1).equal(alone.next())).isTrue();
      }
    }
  }

  @Test
  void isNewWithEveryStep() {
    try (PointerScope scope = new PointerScope()) {
      ImageNoise noise = new ImageNoise(new long[] {1}, 16, 12, 12);
      Tensor next = noise.next();
      assertThat(next.shape()).containsExactly(noise.first().shape());
      double product = next.mul(noise.first()).mean().item_double();
      assertThat(product).isCloseTo(0, within(0.1));
      assertThat(next.std().item_double()).isCloseTo(1, within(0.1));
    }
  }
}
