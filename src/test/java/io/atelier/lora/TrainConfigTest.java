package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import org.junit.jupiter.api.Test;

class TrainConfigTest {

  @Test
  void raisesTheRateOverTheWarmUpAndLowersItAlongACosine() {
    assertThat(LearningRate.COSINE.factor(0, 4, 12)).isEqualTo(0.25);
    assertThat(LearningRate.COSINE.factor(3, 4, 12)).isEqualTo(1);
    assertThat(LearningRate.COSINE.factor(4, 4, 12)).isEqualTo(1);
    assertThat(LearningRate.COSINE.factor(8, 4, 12)).isCloseTo(0.5, within(1e-12));
    assertThat(LearningRate.COSINE.factor(11, 4, 12)).isBetween(0.0, 0.05);
    assertThat(LearningRate.CONSTANT.factor(11, 4, 12)).isEqualTo(1);
  }

  @Test
  void cutsAWarmUpThatIsLongerThanTheRun() {
    assertThat(TrainConfig.DEFAULT.withSteps(5).optimisation().warmup()).isEqualTo(5);
  }

  @Test
  void refusesValuesOutOfRangeByName() {
    assertThatThrownBy(() -> TrainConfig.DEFAULT.withSteps(0))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("steps is 0");
    assertThatThrownBy(() -> new LoraConfig(0, 1, Targets.ATTENTION))
        .hasMessageContaining("rank is 0");
    assertThatThrownBy(() -> new LoraConfig(4, Double.NaN, Targets.ATTENTION))
        .hasMessageContaining("alpha is NaN");
  }

  @Test
  void readsTheNamesItWrites() {
    for (SigmaSampling sampling : SigmaSampling.values()) {
      assertThat(SigmaSampling.parse(sampling.toString())).isEqualTo(sampling);
    }
    for (LearningRate schedule : LearningRate.values()) {
      assertThat(LearningRate.parse(schedule.toString())).isEqualTo(schedule);
    }
    assertThatThrownBy(() -> SigmaSampling.parse("mode")).hasMessageContaining("'mode'");
    assertThatThrownBy(() -> LearningRate.parse("linear")).hasMessageContaining("'linear'");
  }
}
