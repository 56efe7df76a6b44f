package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Compute;
import io.atelier.nn.DeviceMemory;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
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
      StepCost cost = StepCost.lora(model, set, null, LoraConfig.DEFAULT, FOUR_AT_ONCE);
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

  @Test
  void countsClassSamplesThatAreLargerThanThePhotos() {
    try (PointerScope scope = new PointerScope();
        FluxTransformer model = Golden.transformer("flux-dev");
        TrainingSet set = Sets.random(model.config(), new long[] {16, 16});
        TrainingSet larger = Sets.random(model.config(), new long[] {64, 64});
        ClassPrior prior =
            new ClassPrior(set.empty(), List.of(ClassPrior.Row.image(latent(larger))))) {
      StepCost cost = StepCost.lora(model, set, prior, LoraConfig.DEFAULT, FOUR_AT_ONCE);
      StepCost without = StepCost.lora(model, set, null, LoraConfig.DEFAULT, FOUR_AT_ONCE);
      StepCost photos = StepCost.lora(model, larger, null, LoraConfig.DEFAULT, FOUR_AT_ONCE);
      assertThat(cost.growth(false, 1))
          .isGreaterThan(without.growth(false, 1))
          .isEqualTo(photos.growth(false, 1));
    }
  }

  private static Tensor latent(TrainingSet set) {
    return set.photos().get(0).views().get(0).plain().mean();
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
