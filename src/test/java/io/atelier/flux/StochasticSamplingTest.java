package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.nn.Compute;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against diffusers' numbers: {@code jobs/interop/record_references.py}. */
class StochasticSamplingTest {
  private static final Path RECORDED =
      Path.of("src/test/resources/reference/stochastic.safetensors");
  private static final Path ROOT = Path.of("src/test/resources/golden/flux-dev/checkpoint");
  private static final FlowMatchEuler SCHEDULER =
      new FlowMatchEuler(new SchedulerConfig(1000, 3.0, true, 0.5, 1.15, 256, 4096, true));

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"float32", "bfloat16"})
  void stepsAsDiffusersDoes(String type) {
    try (PointerScope scope = new PointerScope();
        SafetensorsFile recorded = SafetensorsFile.open(RECORDED)) {
      float[] sigmas = Torch.floats(recorded.tensor("in.sigmas"));
      Tensor sample = recorded.tensor("in." + type + ".sample");
      Tensor velocity = recorded.tensor("in." + type + ".velocity");
      Tensor noise = recorded.tensor("in." + type + ".noise");
      Tensor anew = SCHEDULER.stepAnew(sample, velocity, noise, sigmas[0], sigmas[1]);
      assertThat(anew.equal(recorded.tensor("out." + type))).isTrue();
      Tensor plain = SCHEDULER.step(sample, velocity, sigmas[0], sigmas[1]);
      assertThat(plain.equal(recorded.tensor("out." + type + ".plain"))).isTrue();
    }
  }

  @Test
  void aSeedGivesTheLatentsThatDiffusersGivesAfterManualSeed() {
    try (PointerScope scope = new PointerScope();
        SafetensorsFile recorded = SafetensorsFile.open(RECORDED);
        FluxTransformer model = FluxTransformer.load(Checkpoint.open(ROOT), Compute.CPU_FLOAT32)) {
      long height = integer(recorded, "height") / 8;
      long width = integer(recorded, "width") / 8;
      ImageNoise noise = new ImageNoise(new long[] {integer(recorded, "seed")}, 16, height, width);
      PromptEmbedding.Batch prompt =
          new PromptEmbedding.Batch(
              recorded.tensor("in.encoder_hidden_states"),
              recorded.tensor("in.pooled_projections"));
      Sampler.Plan plan =
          Sampler.Plan.of(
              noise,
              prompt,
              null,
              new float[] {3.5f},
              new float[] {1},
              Math.toIntExact(integer(recorded, "steps")));
      Tensor latents = new Sampler(model, SCHEDULER).sample(plan, StepListener.NONE);
      Tensor error = latents.sub(recorded.tensor("out.latents")).abs().max();
      assertThat(error.item_double()).isLessThan(2e-5);
    }
  }

  private static long integer(SafetensorsFile recorded, String name) {
    return Long.parseLong(recorded.metadata().get(name));
  }
}
