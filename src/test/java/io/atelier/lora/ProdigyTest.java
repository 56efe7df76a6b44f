package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.atelier.nn.SafetensorsFile;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class ProdigyTest {

  @Test
  void makesTheStepsOfProdigyopt() {
    try (PointerScope scope = new PointerScope();
        SafetensorsFile recorded = References.open("prodigy")) {
      Tensor start = recorded.tensor("in.start");
      Tensor values = start.clone();
      Tensor gradients = recorded.tensor("in.gradients");
      Tensor after = recorded.tensor("out.values");
      Tensor distances = recorded.tensor("out.d");
      double decay = Double.parseDouble(recorded.metadata().get("weight_decay"));
      try (Prodigy optimiser = new Prodigy(values, decay)) {
        for (int step = 0; step < gradients.size(0); step++) {
          optimiser.step(gradients.select(0, step), 1, step + 1);
          assertThat(optimiser.distance())
              .isCloseTo(distances.select(0, step).item_double(), withinPercentage(1e-4));
          assertThat(Golden.relativeError(values, after.select(0, step))).isLessThan(1e-6);
        }
      }
      assertThat(Golden.relativeError(start, values)).isGreaterThan(0.1);
    }
  }

  @Test
  void staysWhereItIsWithoutAGradient() {
    try (PointerScope scope = new PointerScope()) {
      Tensor values = new JobRandom("prodigy").normal("start", 0, 0, 10);
      Tensor start = values.clone();
      try (Prodigy optimiser = new Prodigy(values, 0.01)) {
        optimiser.step(torch.zeros_like(values), 1, 1);
        assertThat(optimiser.distance()).isCloseTo(1e-6, within(1e-12));
      }
      assertThat(Golden.relativeError(values, start)).isZero();
    }
  }
}
