package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.nn.Compute;
import io.atelier.nn.Precision;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FluxPipelineTest {
  private static final Path ROOT = Path.of("src/test/resources/golden/flux-dev/checkpoint");
  private static FluxPipeline pipeline;

  @BeforeAll
  static void load() {
    Torch.threads(1);
    pipeline = FluxPipeline.load(ROOT, Compute.CPU_FLOAT32);
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  @Test
  void makesTheSameImageAloneAndInABatchOfOtherPromptsAndSeeds() {
    List<ImageRequest> requests =
        List.of(
            request("a photo of a dog", 1, 3.5), request("a lamp", 2, 2.0), request("", 3, 1.0));
    try (PointerScope scope = new PointerScope()) {
      Tensor together = latents(requests);
      for (int b = 0; b < 3; b++) {
        Tensor alone = latents(requests.subList(b, b + 1));
        double error = alone.sub(together.narrow(0, b, 1)).abs().max().item_double();
        assertThat(error).as("image %s", b).isLessThan(2e-5);
      }
    }
  }

  @Test
  void givesTheSameBytesForTheSameRequest() {
    List<ImageRequest> requests = List.of(request("a lamp", 2, 3.5));
    byte[] first = pipeline.generate(requests, StepListener.NONE).get(0).rgb();
    assertThat(pipeline.generate(requests, StepListener.NONE).get(0).rgb()).isEqualTo(first);
    List<ImageRequest> otherSeed = List.of(request("a lamp", 3, 3.5));
    assertThat(pipeline.generate(otherSeed, StepListener.NONE).get(0).rgb()).isNotEqualTo(first);
  }

  @Test
  void tellsEveryStep() {
    List<String> steps = new ArrayList<>();
    pipeline.generate(
        List.of(request("a lamp", 2, 3.5)), (done, total) -> steps.add(done + "/" + total));
    assertThat(steps).containsExactly("1/3", "2/3", "3/3");
  }

  @Test
  void ignoresANegativePromptAtScaleOne() {
    ImageRequest plain = request("a lamp", 2, 3.5);
    ImageRequest withNegative = new ImageRequest("a lamp", "dark", 2, 96, 64, 3, 3.5, 1, 24);
    assertThat(pipeline.generate(List.of(withNegative), StepListener.NONE).get(0).rgb())
        .isEqualTo(pipeline.generate(List.of(plain), StepListener.NONE).get(0).rgb());
  }

  @Test
  void generatesInBfloat16() {
    ImageRequest request = request("a lamp", 2, 3.5);
    Compute bfloat16 = new Compute(Precision.BFLOAT16, "cpu");
    try (FluxPipeline half = FluxPipeline.load(ROOT, bfloat16)) {
      byte[] exact = pipeline.generate(List.of(request), StepListener.NONE).get(0).rgb();
      byte[] rounded = half.generate(List.of(request), StepListener.NONE).get(0).rgb();
      double sum = 0;
      for (int i = 0; i < exact.length; i++) {
        sum += Math.abs((exact[i] & 0xff) - (rounded[i] & 0xff));
      }
      assertThat(sum / exact.length).isBetween(0.01, 8.0);
    }
  }

  @Test
  void refusesSizesThatDoNotFillPatches() {
    ImageRequest odd = new ImageRequest("a lamp", null, 1, 100, 64, 3, 3.5, 1, 24);
    assertThatThrownBy(() -> pipeline.generate(List.of(odd), StepListener.NONE))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("100")
        .hasMessageContaining("16");
  }

  @Test
  void refusesABatchOfDifferentSizes() {
    ImageRequest small = request("a lamp", 2, 3.5);
    ImageRequest large = new ImageRequest("a lamp", null, 1, 128, 64, 3, 3.5, 1, 24);
    assertThatThrownBy(() -> pipeline.generate(List.of(small, large), StepListener.NONE))
        .isInstanceOf(AtelierException.class);
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatThrownBy(() -> new ImageRequest("a", null, 1, 96, 64, 0, 3.5, 1, 24))
        .hasMessageContaining("steps");
    assertThatThrownBy(() -> new ImageRequest("a", null, 1, 96, 64, 1, Double.NaN, 1, 24))
        .hasMessageContaining("guidance");
    assertThatThrownBy(() -> new ImageRequest(null, null, 1, 96, 64, 1, 3.5, 1, 24))
        .hasMessageContaining("prompt");
  }

  private static Tensor latents(List<ImageRequest> requests) {
    ImageNoise noise = pipeline.noise(requests);
    return pipeline.latents(requests, noise, noise.first(), StepListener.NONE);
  }

  private static ImageRequest request(String prompt, long seed, double guidance) {
    return new ImageRequest(prompt, null, seed, 96, 64, 3, guidance, 1, 24);
  }
}
