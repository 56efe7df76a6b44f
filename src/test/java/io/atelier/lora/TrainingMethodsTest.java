package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prodigy, rising resolutions, mirrored views, held-out photos and class priors in a training. */
class TrainingMethodsTest {
  private static final LoraConfig LORA = new LoraConfig(3, 3, Targets.DIFFUSERS);
  private static final Optimisation ADAMW =
      new Optimisation(Optimisation.Method.ADAMW, 5e-3, LearningRate.CONSTANT, 0, 0, 1);
  private static final Optimisation PRODIGY =
      new Optimisation(Optimisation.Method.PRODIGY, 1, LearningRate.CONSTANT, 0, 0.01, 0);
  private static final long[] SIZE = {4, 4};

  @TempDir Path folder;
  private FluxTransformer model;
  private TrainingSet set;

  @BeforeEach
  void open() {
    model = Golden.transformer("flux-dev");
    set = Sets.random(model.config(), SIZE, SIZE, SIZE, SIZE);
  }

  @AfterEach
  void close() {
    set.close();
    model.close();
  }

  @Test
  void prodigyGoesOnBitForBit() {
    undisturbedAndResumed(config(30, PRODIGY, 0, 0, Validation.NONE), null, 25);
  }

  @Test
  void prodigyLearnsWithoutALearningRate() {
    TrainConfig config = config(400, PRODIGY, 0, 0, Validation.NONE);
    try (PointerScope scope = new PointerScope();
        Trainer trainer = trainer(config, null)) {
      FlowLoss fixed =
          new Samples(set, config, new JobRandom("fixed")).draw(List.of(0, 1, 2, 3), 0, 0, 0);
      double before = fixed.of(model).item_double();
      trainer.run(step -> {});
      assertThat(fixed.of(model).item_double()).isLessThan(0.9 * before);
    }
  }

  @Test
  void measuresPhotosItDoesNotSeeAndGoesOnBitForBit() {
    TrainConfig config = config(10, ADAMW, 0, 0, new Validation(2, 3, 5));
    List<TrainStep> steps = undisturbedAndResumed(config, null, 7);
    assertThat(steps.stream().filter(step -> step.validationLoss() != null).map(TrainStep::step))
        .containsExactly(3, 6, 9, 10);
  }

  @Test
  void holdsOutTheSamePhotosWhateverTheirOrderAndTrainsOnTheRest() {
    TrainConfig config = config(10, ADAMW, 0, 0, new Validation(1, 5, 0));
    Holdout holdout = new Holdout(set, config, new JobRandom("job"));
    List<Integer> all = new ArrayList<>(holdout.held());
    all.addAll(holdout.seen());
    assertThat(holdout.held()).hasSize(1);
    assertThat(all).containsExactlyInAnyOrder(0, 1, 2, 3);
    BatchPlan plan = new BatchPlan(set, holdout.seen(), config, new JobRandom("job"));
    assertThat(IntStream.range(0, 9).mapToObj(step -> plan.photos(step, 0)))
        .allSatisfy(photos -> assertThat(photos).doesNotContainAnyElementsOf(holdout.held()));
  }

  @Test
  void refusesToHoldOutEverything() {
    TrainConfig config = config(10, ADAMW, 0, 0, new Validation(4, 5, 0));
    assertThatThrownBy(() -> new Trainer(model, set, LORA, config, "job"))
        .hasMessageContaining("4 photos of 4");
  }

  @Test
  void aHeldOutPhotoThatIsNotFiniteEndsTheTrainingAndNotItsPatience() {
    TrainConfig config = config(40, ADAMW, 0, 0, new Validation(1, 2, 3));
    try (PointerScope scope = new PointerScope();
        Trainer trainer = new Trainer(model, set, LORA, config, "job")) {
      int held = new Holdout(set, config, new JobRandom("job")).held().get(0);
      set.photos().get(held).views().get(0).plain().mean().fill_(Torch.number(Double.NaN));
      assertThatThrownBy(() -> trainer.run(step -> {}))
          .hasMessageContaining("validation loss of training step 2 is NaN");
    }
  }

  @Test
  void stopsEarlyAndKeepsTheBestAdapter() {
    Optimisation wild =
        new Optimisation(Optimisation.Method.ADAMW, 0.3, LearningRate.CONSTANT, 0, 0, 0);
    TrainConfig config = config(400, wild, 0, 0, new Validation(1, 2, 3));
    try (Trainer trainer = new Trainer(model, set, LORA, config, "job")) {
      trainer.run(step -> {});
      List<TrainStep> measured =
          trainer.history().stream().filter(step -> step.validationLoss() != null).toList();
      assertThat(trainer.done()).isLessThan(400);
      TrainStep best =
          measured.stream()
              .min((a, b) -> Double.compare(a.validationLoss(), b.validationLoss()))
              .orElseThrow();
      assertThat(best.step()).isEqualTo(trainer.done() - 6);
      assertThat(bits(trainer.adapter())).isEqualTo(adapterAfter(config, best.step()));
    }
  }

  @Test
  void doesNotStopBeforeTheHighestResolutionHasHadItsPatience() {
    Optimisation wild =
        new Optimisation(Optimisation.Method.ADAMW, 0.3, LearningRate.CONSTANT, 0, 0, 0);
    TrainConfig config = config(60, wild, 0, 0, new Validation(1, 2, 3));
    try (TrainingSet levels = withLevels(2);
        Trainer trainer = new Trainer(model, levels, LORA, config, "job")) {
      trainer.run(step -> {});
      assertThat(trainer.done()).isBetween(30 + 6, 58);
    }
  }

  @Test
  void goesThroughTheResolutionsInRisingOrder() {
    try (TrainingSet levels = withLevels(3)) {
      TrainConfig config = config(7, ADAMW, 0, 0, Validation.NONE);
      BatchPlan plan = new BatchPlan(levels, List.of(0, 1), config, new JobRandom("job"));
      List<Integer> order = IntStream.range(0, 7).mapToObj(plan::level).toList();
      assertThat(order).isSorted().contains(0, 1, 2);
      try (Trainer trainer = new Trainer(model, levels, LORA, config, "job")) {
        trainer.run(step -> {});
        assertThat(trainer.done()).isEqualTo(7);
      }
    }
  }

  @Test
  void showsEveryPhotoOnceAnEpochAtEveryResolution() {
    try (TrainingSet levels = withLevels(2)) {
      TrainConfig config = config(8, ADAMW, 0, 0, Validation.NONE);
      BatchPlan plan = new BatchPlan(levels, List.of(0, 1), config, new JobRandom("job"));
      for (int start = 0; start < 8; start += 2) {
        List<Integer> epoch = new ArrayList<>(plan.photos(start, 0));
        epoch.addAll(plan.photos(start + 1, 0));
        assertThat(epoch).containsExactlyInAnyOrder(0, 1);
      }
    }
  }

  @Test
  void seesMirroredViewsAsOftenAsAsked() {
    try (PointerScope scope = new PointerScope();
        TrainingSet mirrored = Sets.mirrored(model.config(), SIZE)) {
      Samples samples =
          new Samples(
              mirrored, config(1, ADAMW, 0.5, 0, Validation.NONE), new JobRandom("mirrors"));
      int flipped = 0;
      for (int step = 0; step < 400; step++) {
        Tensor latents = samples.draw(List.of(0), 0, step, 0).latents();
        flipped += latents.mean().item_float() > 0 ? 1 : 0;
      }
      assertThat(flipped).isBetween(160, 240);
    }
  }

  @Test
  void aPriorOfImagesChangesTheAdapterByItsWeight() {
    try (ClassPrior prior = Sets.prior(model.config(), SIZE)) {
      TrainConfig without = config(4, ADAMW, 0, 0, Validation.NONE);
      TrainConfig with = config(4, ADAMW, 0, 0.5, Validation.NONE);
      assertThat(train(without, prior)).isEqualTo(train(without, null));
      assertThat(train(with, prior)).isNotEqualTo(train(without, null));
      assertThat(train(with, prior)).isEqualTo(train(with, prior));
    }
  }

  @Test
  void aTeachersPriorPullsNowhereAtTheStart() {
    Path file = folder.resolve("prior.safetensors");
    TrainConfig config = config(3, ADAMW, 0, 1, Validation.NONE);
    try (ClassPrior images = Sets.prior(model.config(), SIZE);
        ClassPrior taught =
            ClassPrior.taught(model, images, SigmaSampling.LOGIT_NORMAL_FLUX_SHIFT, 1, "key")) {
      taught.write(file);
      try (PointerScope scope = new PointerScope();
          ClassPrior read = ClassPrior.read(file)) {
        assertThat(read.rows()).hasSameSizeAs(images.rows());
        JobRandom random = new JobRandom("job");
        double untouched = read.draw(2, 0, 0, config, random).of(model).item_double();
        assertThat(untouched).isLessThan(1e-10);
        double plain = images.draw(2, 0, 0, config, random).of(model).item_double();
        assertThat(plain).isGreaterThan(0.1);
        assertThat(train(config, read)).isEqualTo(train(config, taught));
      }
    }
  }

  private static TrainConfig config(
      int steps, Optimisation optimisation, double flip, double priorWeight, Validation held) {
    return new TrainConfig(
        steps, 1, 1, optimisation, 0, 1, SigmaSampling.UNIFORM, flip, priorWeight, held);
  }

  /** The steps of a run that is interrupted, after checking that it changes nothing. */
  private List<TrainStep> undisturbedAndResumed(TrainConfig config, ClassPrior prior, int at) {
    Path state = folder.resolve("state.safetensors");
    String expected;
    List<TrainStep> steps;
    try (Trainer trainer = trainer(config, prior)) {
      for (int i = 0; i < at; i++) {
        trainer.step();
      }
      trainer.save(state);
      trainer.run(step -> {});
      expected = bits(trainer.adapter());
      steps = trainer.history();
    }
    try (Trainer trainer = trainer(config, prior)) {
      trainer.restore(state);
      trainer.run(step -> {});
      assertThat(bits(trainer.adapter())).isEqualTo(expected);
      assertThat(trainer.history()).isEqualTo(steps);
    }
    return steps;
  }

  private String train(TrainConfig config, ClassPrior prior) {
    try (Trainer trainer = trainer(config, prior)) {
      trainer.run(step -> {});
      return bits(trainer.adapter());
    }
  }

  private String adapterAfter(TrainConfig config, int steps) {
    try (Trainer trainer = new Trainer(model, set, LORA, config, "job")) {
      while (trainer.done() < steps) {
        trainer.step();
      }
      return bits(trainer.adapter());
    }
  }

  private Trainer trainer(TrainConfig config, ClassPrior prior) {
    return new Trainer(model, set, prior, LORA, config, "job", StepMemory.AMPLE);
  }

  private TrainingSet withLevels(int levels) {
    return Sets.levels(model.config(), levels);
  }

  /** A digest of the values' bits, short enough for a failure's message. */
  private static String bits(Adapter adapter) {
    try (adapter) {
      long hash = 1;
      for (String module : adapter.modules()) {
        for (Tensor tensor : List.of(adapter.pair(module).a(), adapter.pair(module).b())) {
          for (float value : Torch.floats(tensor)) {
            hash = 31 * hash + Float.floatToRawIntBits(value);
          }
        }
      }
      return Long.toHexString(hash);
    }
  }
}
