package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Compute;
import io.atelier.nn.DeviceMemory;
import org.junit.jupiter.api.Test;

class StepMemoryTest {
  private static final TrainConfig FOUR_AT_ONCE =
      new TrainConfig(
          10,
          4,
          1,
          Optimisation.DEFAULT.withWarmup(0),
          0,
          1,
          SigmaSampling.UNIFORM,
          0,
          0,
          Validation.NONE);

  @Test
  void givesUpSpeedOnlyAsFarAsItMust() {
    try (FluxTransformer model = Golden.transformer("flux-dev");
        TrainingSet set = Sets.random(model.config(), new long[] {64, 64})) {
      StepCost cost = StepCost.lora(model, set, LoraConfig.DEFAULT, FOUR_AT_ONCE);
      assertThat(StepMemory.fitting(cost, Long.MAX_VALUE)).isEqualTo(new StepMemory(false, 4));
      assertThat(StepMemory.fitting(cost, cost.bytes(false, 4)))
          .isEqualTo(new StepMemory(false, 4));
      assertThat(StepMemory.fitting(cost, cost.bytes(false, 4) - 1))
          .isEqualTo(new StepMemory(false, 3));
      assertThat(StepMemory.fitting(cost, cost.bytes(false, 1) - 1))
          .isEqualTo(new StepMemory(true, largestCheckpointed(cost)));
      assertThat(StepMemory.fitting(cost, 0)).isEqualTo(StepMemory.SCARCE);
    }
  }

  private static int largestCheckpointed(StepCost cost) {
    int photos = 4;
    while (cost.bytes(true, photos) > cost.bytes(false, 1) - 1) {
      photos--;
    }
    return photos;
  }

  @Test
  void knowsTheMemoryOfTheMachine() {
    assertThat(DeviceMemory.total(Compute.CPU_FLOAT32)).isBetween(1L << 28, 1L << 50);
  }
}
