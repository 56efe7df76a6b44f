package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.TransformerConfig;
import io.atelier.nn.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class SamplesTest {
  private static final TransformerConfig MODEL =
      Checkpoint.open(Golden.ROOT.resolve("flux-dev/checkpoint")).transformer();
  private static final JobRandom RANDOM = new JobRandom("job");
  private static final TrainConfig PAIRS =
      new TrainConfig(
          1000, 2, 1, Optimisation.DEFAULT, 0, 1, SigmaSampling.UNIFORM, 0, 0, Validation.NONE);

  @Test
  void drawsASampleByItsNumberWhateverTheBatch() {
    try (PointerScope scope = new PointerScope();
        TrainingSet set = twoOfASize()) {
      Samples samples = new Samples(set, TrainConfig.DEFAULT, RANDOM);
      FlowLoss both = samples.draw(List.of(0, 1), 0, 5, 0);
      FlowLoss second = samples.draw(List.of(1), 0, 5, 1);
      assertThat(both.latents().select(0, 1).equal(second.latents().select(0, 0))).isTrue();
      assertThat(both.noise().select(0, 1).equal(second.noise().select(0, 0))).isTrue();
      assertThat(Torch.floats(both.sigma())[1]).isEqualTo(Torch.floats(second.sigma())[0]);
      FlowLoss later = samples.draw(List.of(1), 0, 6, 1);
      assertThat(later.noise().equal(second.noise())).isFalse();
      assertThat(later.latents().equal(second.latents())).isFalse();
    }
  }

  @Test
  void samplesThePosteriorAndScalesIt() {
    try (PointerScope scope = new PointerScope();
        TrainingSet set = twoOfASize()) {
      TrainingSet.Photo photo = set.photos().get(0);
      float mean = Torch.floats(photo.views().get(0).plain().mean())[0];
      double deviation = Math.exp(Torch.floats(photo.views().get(0).plain().logVariance())[0] / 2);
      Samples samples = new Samples(set, TrainConfig.DEFAULT, RANDOM);
      double sum = 0;
      double square = 0;
      int draws = 400;
      for (int step = 0; step < draws; step++) {
        float latent = Torch.floats(samples.draw(List.of(0), 0, step, 0).latents())[0];
        double sample = latent / set.scale() + set.shift();
        sum += sample;
        square += (sample - mean) * (sample - mean);
      }
      assertThat(sum / draws).isCloseTo(mean, within(4 * deviation / Math.sqrt(draws)));
      assertThat(Math.sqrt(square / draws) / deviation).isCloseTo(1, within(0.15));
    }
  }

  @Test
  void takesTheEmptyCaptionAsOftenAsAsked() {
    TrainConfig half =
        new TrainConfig(
            100, 1, 1, Optimisation.DEFAULT, 0.5, 1, SigmaSampling.UNIFORM, 0, 0, Validation.NONE);
    try (PointerScope scope = new PointerScope();
        TrainingSet set = twoOfASize()) {
      Samples samples = new Samples(set, half, RANDOM);
      int dropped = 0;
      for (int step = 0; step < 400; step++) {
        Tensor t5 = samples.draw(List.of(1), 0, step, 0).t5().select(0, 0);
        boolean empty = t5.equal(set.empty().t5());
        assertThat(empty || t5.equal(set.captions().get(1).t5())).isTrue();
        dropped += empty ? 1 : 0;
      }
      assertThat(dropped).isBetween(160, 240);
    }
  }

  @Test
  void showsEveryPhotoOnceAnEpochInBatchesOfOneSize() {
    long[] small = {2, 2};
    long[] large = {4, 4};
    try (TrainingSet set = Sets.random(MODEL, small, large, small, large, small)) {
      BatchPlan plan = new BatchPlan(set, List.of(0, 1, 2, 3, 4), PAIRS, RANDOM);
      List<List<Integer>> orders = new ArrayList<>();
      for (int epoch = 0; epoch < 4; epoch++) {
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          List<Integer> batch = plan.photos(epoch * 3 + i, 0);
          assertThat(batch.stream().map(p -> set.photos().get(p).views().get(0).size()).distinct())
              .hasSize(1);
          seen.addAll(batch);
        }
        assertThat(seen).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        orders.add(seen);
      }
      assertThat(orders.stream().distinct().count()).isGreaterThan(1);
      BatchPlan again = new BatchPlan(set, List.of(0, 1, 2, 3, 4), PAIRS, RANDOM);
      assertThat(again.photos(7, 0)).isEqualTo(plan.photos(7, 0));
    }
  }

  private static TrainingSet twoOfASize() {
    return Sets.random(MODEL, new long[] {4, 6}, new long[] {4, 6});
  }
}
