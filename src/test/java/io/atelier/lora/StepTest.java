package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Torch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What may change how a step is computed, but not what it learns. */
class StepTest {
  private static final LoraConfig LORA = new LoraConfig(3, 3, Targets.ALL_BLOCKS);

  private FluxTransformer model;
  private TrainingSet set;

  @BeforeEach
  void open() {
    model = Golden.transformer("flux-dev");
    long[] size = {4, 6};
    set = Sets.random(model.config(), size, size, size, size);
  }

  @AfterEach
  void close() {
    set.close();
    model.close();
  }

  @Test
  void checkpointingGivesTheSameGradients() {
    try (PointerScope scope = new PointerScope()) {
      Samples samples = new Samples(set, config(4, 1), new JobRandom("job"));
      assertClose(gradients(samples, true, 4), gradients(samples, false, 4));
    }
  }

  @Test
  void fourPhotosAtOnceGiveTheSameGradientsAsOneAfterTheOther() {
    try (PointerScope scope = new PointerScope()) {
      Samples samples = new Samples(set, config(4, 1), new JobRandom("job"));
      assertClose(gradients(samples, false, 1, 1, 1, 1), gradients(samples, false, 4));
      assertClose(gradients(samples, true, 3, 1), gradients(samples, false, 4));
    }
  }

  @Test
  void scarceMemoryTrainsAsAmpleMemoryDoesClassSamplesIncluded() {
    try (ClassPrior prior = Sets.prior(model.config(), new long[] {4, 6})) {
      List<TrainStep> ample = train(set, prior, config(4, 1), StepMemory.AMPLE);
      List<TrainStep> without = train(set, null, config(4, 1), StepMemory.AMPLE);
      assertSameSteps(train(set, prior, config(4, 1), StepMemory.SCARCE), ample);
      assertThat(without.get(0).gradientNorm()).isNotEqualTo(ample.get(0).gradientNorm());
    }
  }

  @Test
  void fourBatchesOfOneTrainAsOneBatchOfFourDoes() {
    // Which photo gets which noise depends on the batches, so all four photos are the same one.
    try (TrainingSet same = Sets.repeated(model.config(), 4, new long[] {4, 6})) {
      assertSameSteps(
          train(same, null, config(1, 4), StepMemory.AMPLE),
          train(same, null, config(4, 1), StepMemory.AMPLE));
    }
  }

  private static void assertSameSteps(List<TrainStep> left, List<TrainStep> right) {
    for (int i = 0; i < right.size(); i++) {
      assertThat(left.get(i).loss()).isCloseTo(right.get(i).loss(), withinPercentage(1e-3));
      assertThat(left.get(i).gradientNorm())
          .isCloseTo(right.get(i).gradientNorm(), withinPercentage(1e-3));
    }
  }

  @Test
  void checkpointingReachesTheEmbeddingsToo() {
    try (PointerScope scope = new PointerScope()) {
      Samples samples = new Samples(set, config(2, 1), new JobRandom("x"));
      FlowLoss sample = samples.draw(List.of(0, 1), 0, 0, 0);
      assertClose(embeddingGradients(sample, true), embeddingGradients(sample, false));
    }
  }

  @Test
  void patchesCountForWhatTheyWeigh() {
    try (PointerScope scope = new PointerScope()) {
      FlowLoss even =
          new Samples(set, config(2, 1), new JobRandom("x")).draw(List.of(0, 1), 0, 0, 0);
      long patches = even.latents().size(2) * even.latents().size(3) / 4;
      Tensor ones = torch.ones(2, patches);
      Tensor first = torch.zeros(2, patches);
      first.narrow(1, 0, 1).fill_(new Scalar((double) patches));
      Tensor others = ones.mul(new Scalar(2.0)).sub(first);
      double mean = loss(even, null);
      assertThat(loss(even, ones)).isEqualTo(mean);
      assertThat(loss(even, first)).isNotEqualTo(mean);
      assertThat((loss(even, first) + loss(even, others)) / 2)
          .isCloseTo(mean, withinPercentage(1e-3));
    }
  }

  private double loss(FlowLoss sample, Tensor weights) {
    return new FlowLoss(
            sample.latents(),
            sample.noise(),
            sample.sigma(),
            sample.t5(),
            sample.pooled(),
            sample.guidance(),
            null,
            weights)
        .of(model)
        .item_double();
  }

  private Map<String, float[]> embeddingGradients(FlowLoss sample, boolean checkpointing) {
    FlowLoss leaves =
        new FlowLoss(
            sample.latents(),
            sample.noise(),
            sample.sigma(),
            sample.t5().detach().clone().requires_grad_(true),
            sample.pooled().detach().clone().requires_grad_(true),
            1,
            null);
    leaves.backward(model, 1, checkpointing);
    return Map.of(
        "t5", Torch.floats(leaves.t5().grad()), "pooled", Torch.floats(leaves.pooled().grad()));
  }

  /** Of a mean over four photos that are computed so many at once. */
  private Map<String, float[]> gradients(Samples samples, boolean checkpointing, int... parts) {
    List<String> modules = LORA.targets().select(model.linears().keySet());
    try (Trainables trainables = new Trainables(model.linears(), modules, LORA)) {
      JobRandom random = new JobRandom("start");
      trainables.values().copy_(random.normal("start", 0, 0, trainables.values().numel()));
      trainables.values().mul_(new Scalar(0.1));
      trainables.attach();
      int first = 0;
      for (int part : parts) {
        List<Integer> photos = List.of(0, 1, 2, 3).subList(first, first + part);
        samples.draw(photos, 0, 0, first).backward(model, part / 4.0, checkpointing);
        first += part;
      }
      Map<String, float[]> gradients = new TreeMap<>();
      trainables
          .named(trainables.gradients())
          .forEach((name, gradient) -> gradients.put(name, Torch.floats(gradient)));
      return gradients;
    }
  }

  @Test
  void refusesToComputeNoPhotoAtOnce() {
    assertThatThrownBy(() -> new StepMemory(true, 0)).hasMessageContaining("photos at once is 0");
  }

  private static TrainConfig config(int batch, int accumulation) {
    return new TrainConfig(
        3,
        batch,
        accumulation,
        new Optimisation(Optimisation.Method.ADAMW, 1e-3, LearningRate.CONSTANT, 0, 0, 1),
        0.3,
        1,
        SigmaSampling.LOGIT_NORMAL_FLUX_SHIFT,
        0,
        0.5,
        Validation.NONE);
  }

  private List<TrainStep> train(
      TrainingSet photos, ClassPrior prior, TrainConfig config, StepMemory memory) {
    try (Trainer trainer = new Trainer(model, photos, prior, LORA, config, "job", memory)) {
      trainer.run(step -> {});
      return trainer.history();
    }
  }

  /** Within 1e-5 of the largest value of each tensor, none of which is all zero. */
  private static void assertClose(Map<String, float[]> left, Map<String, float[]> right) {
    assertThat(left.keySet()).isEqualTo(right.keySet());
    left.forEach(
        (name, values) -> {
          double largest = 0;
          double difference = 0;
          for (int i = 0; i < values.length; i++) {
            largest = Math.max(largest, Math.abs(right.get(name)[i]));
            difference = Math.max(difference, Math.abs(values[i] - right.get(name)[i]));
          }
          assertThat(largest).as(name).isPositive();
          assertThat(difference / largest).as(name).isLessThan(1e-5);
        });
  }
}
