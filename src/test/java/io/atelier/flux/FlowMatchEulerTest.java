package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import io.atelier.nn.Torch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class FlowMatchEulerTest {
  private static final FlowMatchEuler DEV =
      new FlowMatchEuler(new SchedulerConfig(1000, 3.0, true, 0.5, 1.15, 256, 4096, false));

  @Test
  void shiftsMoreForLargerImages() {
    assertThat(DEV.mu(256)).isCloseTo(0.5, within(1e-12));
    assertThat(DEV.mu(1024)).isCloseTo(0.63, within(1e-12));
    assertThat(DEV.mu(4096)).isCloseTo(1.15, within(1e-12));
    assertThat(DEV.sigmas(4096, 4))
        .containsExactly(new float[] {1f, .904531f, .759511f, .512844f, 0f}, within(1e-6f));
  }

  @Test
  void shiftsByAConstantWithoutDynamicShifting() {
    FlowMatchEuler schnell = scheduler(1.0);
    assertThat(schnell.sigmas(4096, 4)).containsExactly(1f, .75f, .5f, .25f, 0f);
    assertThat(scheduler(3.0).sigmas(4096, 2))
        .containsExactly(new float[] {1f, .75f, 0f}, within(1e-6f));
  }

  @Test
  void aSingleStepGoesFromNoiseToImage() {
    assertThat(DEV.sigmas(4096, 1)).containsExactly(1f, 0f);
  }

  @Test
  void refusesNoSteps() {
    assertThatThrownBy(() -> DEV.sigmas(4096, 0)).isInstanceOf(AtelierException.class);
  }

  @Test
  void stepsAlongTheVelocity() {
    try (PointerScope scope = new PointerScope()) {
      Tensor sample = Torch.tensor(new float[] {1, 2}, 2);
      Tensor velocity = Torch.tensor(new float[] {4, -2}, 2);
      float[] moved = Torch.floats(DEV.step(sample, velocity, 1f, .75f));
      assertThat(moved).containsExactly(0f, 2.5f);
    }
  }

  @Test
  void roundsTheProductBeforeTheSumInBfloat16() {
    try (PointerScope scope = new PointerScope()) {
      Tensor sample = Torch.tensor(new float[] {1f}, 1).to(ScalarType.BFloat16);
      Tensor velocity = Torch.tensor(new float[] {0.3359375f}, 1).to(ScalarType.BFloat16);
      // 0.3359375 * -0.01 rounds to -0.00335693359375 in bfloat16; one less that is 0.99664...,
      // which lies between the neighbours 0.9921875, 0.99609375 and 1.
      float[] moved = Torch.floats(DEV.step(sample, velocity, .51f, .50f));
      assertThat(moved).containsExactly(0.99609375f);
    }
  }

  private static FlowMatchEuler scheduler(double shift) {
    return new FlowMatchEuler(new SchedulerConfig(1000, shift, false, 0.5, 1.15, 256, 4096, false));
  }
}
