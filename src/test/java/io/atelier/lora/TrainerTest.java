package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Compute;
import io.atelier.nn.Precision;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final LoraConfig LORA = new LoraConfig(4, 6, Targets.DIFFUSERS);
  private static final TrainConfig TRAIN =
      new TrainConfig(
          8,
          2,
          2,
          new Optimisation(Optimisation.Method.ADAMW, 1e-2, LearningRate.COSINE, 2, 1e-2, 1.0),
          0.3,
          1.0,
          SigmaSampling.LOGIT_NORMAL_FLUX_SHIFT,
          0,
          0,
          Validation.NONE);

  @TempDir Path folder;
  private FluxTransformer model;
  private TrainingSet set;

  @BeforeEach
  void open() {
    model = Golden.transformer("flux-dev");
    long[] wide = {4, 8};
    set = Sets.random(model.config(), wide, new long[] {6, 4}, wide, wide, new long[] {2, 2});
  }

  @AfterEach
  void close() {
    set.close();
    model.close();
  }

  @Test
  void givesTheSameBitsWhenItIsRunAgain() {
    assertThat(train(TRAIN, "job")).isEqualTo(train(TRAIN, "job"));
    assertThat(train(TRAIN, "job")).isNotEqualTo(train(TRAIN, "other job"));
  }

  @Test
  void goesOnFromASavedStateAsIfItHadNeverStopped() {
    Path state = folder.resolve("state.safetensors");
    List<TrainStep> undisturbed = new ArrayList<>();
    List<TrainStep> resumed = new ArrayList<>();
    String expected;
    try (Trainer trainer = trainer(TRAIN, "job")) {
      for (int i = 0; i < 3; i++) {
        trainer.step();
      }
      trainer.save(state);
      trainer.run(undisturbed::add);
      expected = bits(trainer);
    }
    try (Trainer trainer = trainer(TRAIN, "job")) {
      trainer.restore(state);
      assertThat(trainer.done()).isEqualTo(3);
      trainer.run(resumed::add);
      assertThat(bits(trainer)).isEqualTo(expected);
    }
    assertThat(resumed).hasSize(5).isEqualTo(undisturbed);
  }

  @Test
  void refusesTheStateOfAnotherJobOrConfiguration() {
    Path state = folder.resolve("state.safetensors");
    try (Trainer trainer = trainer(TRAIN, "job")) {
      trainer.save(state);
    }
    try (Trainer trainer = trainer(TRAIN, "other")) {
      assertThatThrownBy(() -> trainer.restore(state))
          .isInstanceOf(AtelierException.class)
          .hasMessageContaining("job_key");
    }
    try (Trainer trainer = trainer(TRAIN.withSteps(9), "job")) {
      assertThatThrownBy(() -> trainer.restore(state)).hasMessageContaining("config");
    }
  }

  @Test
  void learnsTheSetAndLeavesTheTransformerAlone() {
    Map<String, byte[]> before = weights();
    double[] untrained = {0};
    double[] trained = {0};
    TrainConfig config = constant(120);
    try (Trainer trainer = trainer(config, "job")) {
      trainer.run(
          step -> {
            assertThat(step.loss()).isPositive();
            assertThat(step.gradientNorm()).isPositive();
            assertThat(step.sigma()).isBetween(0.0, 1.0);
            assertThat(step.learningRate()).isEqualTo(5e-3);
            untrained[0] += step.step() <= 40 ? step.loss() : 0;
            trained[0] += step.step() > 80 ? step.loss() : 0;
          });
      assertThat(trained[0]).isLessThan(0.95 * untrained[0]);
    }
    assertThat(weights()).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void startsWithAnAdapterThatChangesNothing() {
    try (Trainer trainer = trainer(TRAIN, "job");
        Adapter adapter = trainer.adapter()) {
      assertThat(adapter.modules()).hasSize(30);
      assertThat(adapter.rank()).isEqualTo(4);
      for (String module : adapter.modules()) {
        Adapter.Pair pair = adapter.pair(module);
        double bound = 1 / Math.sqrt((double) pair.in());
        assertThat(Torch.floats(pair.b())).containsOnly(0);
        float[] a = Torch.floats(pair.a());
        double largest = 0;
        for (float value : a) {
          largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isBetween(0.8 * bound, bound);
      }
    }
  }

  @Test
  void takesItsBranchesAwayAgain() {
    String plain;
    try (Trainer trainer = trainer(TRAIN, "job")) {
      trainer.run(step -> {});
      plain = bits(trainer);
    }
    assertThat(train(TRAIN, "job")).isEqualTo(plain);
  }

  @Test
  void stopsAtALossThatIsNotFiniteAndSaysWhere() {
    try (TrainingSet poisoned = Sets.poisoned(model.config());
        Trainer trainer = new Trainer(model, poisoned, LORA, constant(5), "job")) {
      assertThatThrownBy(trainer::step)
          .isInstanceOfSatisfying(
              AtelierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.TRAINING_DIVERGED))
          .hasMessageContaining("training step 1 is NaN");
      assertThat(trainer.done()).isZero();
    }
  }

  @Test
  void trainsBesideATransformerInBfloat16() {
    Compute bfloat16 = new Compute(Precision.BFLOAT16, "cpu");
    List<TrainStep> rounded = new ArrayList<>();
    List<TrainStep> exact = new ArrayList<>();
    try (FluxTransformer half = Golden.transformer("flux-dev", bfloat16);
        Trainer trainer = new Trainer(half, set, LORA, TRAIN, "job")) {
      trainer.run(rounded::add);
    }
    try (Trainer trainer = trainer(TRAIN, "job")) {
      trainer.run(exact::add);
    }
    for (int i = 0; i < exact.size(); i++) {
      assertThat(rounded.get(i).loss()).isCloseTo(exact.get(i).loss(), within(0.1));
    }
    assertThat(rounded).isNotEqualTo(exact);
  }

  @Test
  void holdsItsMemoryOverSomeHundredSteps() {
    try (Trainer trainer = trainer(constant(400), "job")) {
      long[] memory = {0};
      long[] pointers = {0};
      trainer.run(
          step -> {
            if (step.step() == 100) {
              memory[0] = Pointer.physicalBytes();
              pointers[0] = Pointer.totalCount();
            }
          });
      assertThat(Pointer.totalCount()).isEqualTo(pointers[0]);
      assertThat(Pointer.physicalBytes() - memory[0]).isLessThan(64L << 20);
    }
  }

  @Test
  void aResumedTrainingGoesOnInTheSamePortionsUnlessMemoryRanOut() {
    Path state = folder.resolve("state.safetensors");
    StepMemory small = new StepMemory(true, 2);
    try (Trainer trainer = new Trainer(model, set, null, LORA, TRAIN, "job", small)) {
      trainer.step();
      trainer.save(state);
    }
    try (Trainer trainer = trainer(TRAIN, "job")) {
      trainer.restore(state);
      assertThat(trainer.memory()).isEqualTo(small);
    }
    StepMemory least = StepMemory.SCARCE;
    try (Trainer trainer = new Trainer(model, set, null, LORA, TRAIN, "job", least)) {
      trainer.restore(state);
      assertThat(trainer.memory()).isEqualTo(least);
    }
  }

  private static TrainConfig constant(int steps) {
    return new TrainConfig(
        steps,
        1,
        1,
        new Optimisation(Optimisation.Method.ADAMW, 5e-3, LearningRate.CONSTANT, 0, 0, 0),
        0,
        1,
        SigmaSampling.UNIFORM,
        0,
        0,
        Validation.NONE);
  }

  private Trainer trainer(TrainConfig config, String key) {
    return new Trainer(model, set, LORA, config, key);
  }

  private String train(TrainConfig config, String key) {
    try (Trainer trainer = trainer(config, key)) {
      trainer.run(step -> {});
      return bits(trainer);
    }
  }

  private static String bits(Trainer trainer) {
    StringBuilder bits = new StringBuilder();
    try (Adapter adapter = trainer.adapter()) {
      for (String module : adapter.modules()) {
        for (float value : Torch.floats(adapter.pair(module).a())) {
          bits.append(Float.floatToRawIntBits(value)).append(' ');
        }
        for (float value : Torch.floats(adapter.pair(module).b())) {
          bits.append(Float.floatToRawIntBits(value)).append(' ');
        }
      }
    }
    return bits.toString();
  }

  private Map<String, byte[]> weights() {
    Map<String, byte[]> weights = new TreeMap<>();
    model.linears().forEach((name, l) -> weights.put(name, Torch.bytes(l.weight())));
    return weights;
  }
}
