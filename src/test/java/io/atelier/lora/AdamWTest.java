package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.nn.Torch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.junit.jupiter.api.Test;

class AdamWTest {

  @Test
  void makesTheStepsOfLibtorch() {
    JobRandom random = new JobRandom("adamw");
    try (PointerScope scope = new PointerScope()) {
      Tensor ours = random.normal("start", 0, 0, 1000);
      Tensor theirs = ours.clone().requires_grad_(true);
      AdamWOptions options = new AdamWOptions(1e-2);
      options.weight_decay().put(0.05);
      org.bytedeco.pytorch.AdamW reference =
          new org.bytedeco.pytorch.AdamW(new TensorVector(theirs), options);
      try (AdamW optimiser = new AdamW(ours, 0.05)) {
        for (int step = 1; step <= 50; step++) {
          Tensor gradient = random.normal("gradient", step, 0, 1000).mul(new Scalar(1e-3 * step));
          theirs.mutable_grad().put(gradient);
          reference.step();
          optimiser.step(gradient, 1e-2, step);
        }
      }
      assertThat(Golden.relativeError(ours, theirs.detach())).isLessThan(1e-7);
    }
  }

  @Test
  void scalesAGradientThatIsTooLongAndNoOther() {
    try (PointerScope scope = new PointerScope()) {
      Tensor gradient = Torch.tensor(new float[] {3, 4}, 2);
      assertThat(GradientNorm.clip(gradient, 10)).isEqualTo(5);
      assertThat(GradientNorm.clip(gradient, 0)).isEqualTo(5);
      assertThat(Torch.floats(gradient)).containsExactly(3, 4);
      GradientNorm.clip(gradient, 1);
      assertThat(Torch.floats(gradient)).containsExactly(new float[] {0.6f, 0.8f}, within(1e-6f));
    }
  }
}
