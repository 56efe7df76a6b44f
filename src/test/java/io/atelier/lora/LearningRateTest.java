package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.nn.SafetensorsFile;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateTest {

  /** diffusers wastes its first step on a rate of 0; ours are one ahead within the warm-up. */
  @ParameterizedTest
  @CsvSource({
    "constant,0,10",
    "constant,5,20",
    "constant,20,50",
    "cosine,0,10",
    "cosine,5,20",
    "cosine,20,50"
  })
  void isThatOfDiffusers(String name, int warmup, int steps) {
    try (PointerScope scope = new PointerScope();
        SafetensorsFile recorded = References.open("schedules")) {
      Tensor theirs = recorded.tensor(name + "." + warmup + "." + steps);
      LearningRate ours = LearningRate.parse(name);
      for (int step = 0; step < steps; step++) {
        double expected = theirs.select(0, step < warmup ? step + 1 : step).item_double();
        assertThat(ours.factor(step, warmup, steps)).isCloseTo(expected, within(1e-12));
      }
    }
  }
}
