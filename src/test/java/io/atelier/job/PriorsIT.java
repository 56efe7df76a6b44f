package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TextEncoders;
import io.atelier.provenance.Hashes;
import io.atelier.table.PriorRow;
import io.atelier.testing.SmallRun;
import io.atelier.worker.ModelHost;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.TrainingJob;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriorsIT {
  private static final List<String> NOUNS =
      List.of("woman", "man", "dog", "cat", "violin", "chair", "teapot");
  private static final int TASKS_AT_ONCE = 2;

  @TempDir Path folder;

  @Test
  void anExecutorLoadsEachModelOnceForTheSamplesOfAllClassNouns() {
    SmallRun small = new SmallRun(folder);
    JobContext context =
        small.context(
            "train.prior=images",
            "train.prior_samples=1",
            "train.prior_steps=1",
            "train.resolution=64");
    ModelSpec model = BaseModel.of(context.settings(), "float32");
    PriorPlan plan = new PriorPlan(TrainRecipe.of(context.settings().train(), true), model);
    List<TrainingJob> trainings = NOUNS.stream().map(noun -> training(noun, plan)).toList();
    long transformers = ModelHost.loads(FluxTransformer.class);
    long encoders = ModelHost.loads(TextEncoders.class);

    Map<String, String> failed = new Priors(context, model).make(trainings);

    assertThat(failed).isEmpty();
    assertThat(context.tables().priors().rows())
        .extracting(PriorRow::classNoun)
        .containsExactlyInAnyOrderElementsOf(NOUNS);
    assertThat(ModelHost.loads(TextEncoders.class) - encoders).isBetween(0L, (long) TASKS_AT_ONCE);
    assertThat(ModelHost.loads(FluxTransformer.class) - transformers)
        .isBetween(0L, (long) TASKS_AT_ONCE);

    new Priors(context, model).make(trainings);
    assertThat(context.tables().priors().read().count()).isEqualTo(NOUNS.size());

    URI lost = context.lake().prior(trainings.get(0).prior().priorId());
    byte[] bytes = context.store().read(lost);
    context.store().delete(lost);
    new Priors(context, model).make(trainings);
    assertThat(context.store().read(lost)).as("made again").isEqualTo(bytes);

    byte[] damaged = bytes.clone();
    damaged[damaged.length - 1] ^= 1;
    for (byte[] bad : List.of(damaged, Arrays.copyOf(bytes, bytes.length / 2))) {
      context.store().publish(lost, bad);
      assertThat(new Priors(context, model).make(trainings)).isEmpty();
      assertThat(context.store().read(lost)).as("damaged, made again").isEqualTo(bytes);
    }
    assertThat(context.tables().priors().rows())
        .hasSize(NOUNS.size())
        .allSatisfy(
            row -> assertThat(Hashes.of(small.lake().resolve(row.uri()))).isEqualTo(row.sha256()));
  }

  private static TrainingJob training(String noun, PriorPlan plan) {
    return TestRows.training(
        "adapter of a " + noun, "training of a " + noun, "set", "subject", plan.of(noun));
  }
}
