package io.atelier.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.lora.LearningRate;
import io.atelier.nn.Leaves;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
  private static final TrainingRun.Plan PLAN =
      new TrainingRun.Plan(60, 5, 0.1, LearningRate.COSINE, 1, null, 0.9, 20);
  private static final TrainingRun.Plan WITH_MUON =
      new TrainingRun.Plan(
          60,
          5,
          0.1,
          LearningRate.COSINE,
          1,
          new TrainingRun.Hidden(Pattern.compile("net/.*"), 2),
          0.9,
          20);

  /** Pulls the values to a place of its own that wanders with the step. */
  private record Pull(Leaves leaves, double to) implements TrainingRun.Part {
    @Override
    public double backward(int step) {
      Tensor value = leaves.leaf("net/value");
      Tensor loss = value.sub(new Scalar(to + step % 3)).square().mean();
      loss.backward();
      return loss.item_double();
    }
  }

  private static float[] train(Path state, int steps) {
    return train(state, PLAN, steps);
  }

  private static float[] train(Path state, TrainingRun.Plan plan, int steps) {
    try (PointerScope scope = new PointerScope();
        Leaves leaves =
            Leaves.of(new TreeMap<>(Map.of("net/value", List.of(2L, 3L))), new Device("cpu"));
        Leaves other = leaves.replica();
        TrainingRun run =
            new TrainingRun(
                state,
                plan,
                List.of(leaves, other),
                List.of(new Pull(leaves, 1), new Pull(other, 3)))) {
      while (run.losses().size() < steps) {
        run.step();
      }
      return Torch.floats(run.average());
    }
  }

  @Test
  void theValuesComeToTheMiddleOfWhatThePartsPullTo(@TempDir Path folder) {
    for (float value : train(folder.resolve("state.safetensors"), 60)) {
      assertThat(value).isBetween(2f, 4f);
    }
  }

  @Test
  void aRunGoesOnFromItsLastSavedStepWithTheSameNumbers(@TempDir Path folder) {
    float[] undisturbed = train(folder.resolve("once.safetensors"), 60);
    Path state = folder.resolve("again.safetensors");
    train(state, 50);

    assertThat(train(state, 60)).isEqualTo(undisturbed);
  }

  @Test
  void theSameWithMuon(@TempDir Path folder) {
    float[] undisturbed = train(folder.resolve("once.safetensors"), WITH_MUON, 60);
    Path state = folder.resolve("again.safetensors");
    train(state, WITH_MUON, 50);

    assertThat(train(state, WITH_MUON, 60))
        .isEqualTo(undisturbed)
        .isNotEqualTo(train(folder.resolve("adamw.safetensors"), 60));
  }

  @Test
  void aLossThatIsNoNumberEndsTheRun(@TempDir Path folder) {
    try (PointerScope scope = new PointerScope();
        Leaves leaves =
            Leaves.of(new TreeMap<>(Map.of("net/value", List.of(1L))), new Device("cpu"));
        TrainingRun run =
            new TrainingRun(
                folder.resolve("state.safetensors"),
                PLAN,
                List.of(leaves),
                List.of(new Pull(leaves, Double.NaN)))) {
      assertThatThrownBy(run::step).hasMessageContaining("the loss of step 1 is NaN");
    }
  }
}
