package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.TextEncoders;
import io.atelier.image.Rgb;
import io.atelier.image.TrainingImages;
import io.atelier.nn.Compute;
import io.atelier.nn.Torch;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/**
 * Ids name the version of the code's numbers, so whoever changes the numbers has to change the
 * version: then this test's numbers are written down anew, together with it.
 */
class VersionsTest {
  private static final double ROUNDING = 1e-4;
  private static final Checkpoint CHECKPOINT =
      Checkpoint.open(Golden.ROOT.resolve("flux-dev").resolve("checkpoint"));

  @Test
  void aTrainingGivesTheNumbersOfItsVersion() {
    Optimisation adamw =
        new Optimisation(Optimisation.Method.ADAMW, 5e-3, LearningRate.parse("cosine"), 2, 0.01, 1);
    TrainConfig config =
        new TrainConfig(
            6,
            2,
            2,
            adamw,
            0.3,
            1,
            SigmaSampling.parse("logit-normal+flux-shift"),
            0.5,
            0,
            new Validation(1, 3, 0));
    try (FluxTransformer model = Golden.transformer("flux-dev");
        TrainingSet set =
            Sets.random(
                model.config(),
                new long[] {4, 4},
                new long[] {4, 4},
                new long[] {4, 6},
                new long[] {4, 4});
        Trainer trainer =
            new Trainer(model, set, new LoraConfig(3, 3, Targets.DIFFUSERS), config, "versions")) {
      trainer.run(step -> {});
      TrainStep last = trainer.history().get(5);
      assertThat(Trainer.VERSION).isEqualTo("trainer-1");
      assertNear(
          List.of(
              trainer.history().stream().mapToDouble(TrainStep::loss).sum(),
              last.loss(),
              last.gradientNorm(),
              last.sigma(),
              last.validationLoss()),
          9.61948,
          1.51725,
          0.03924,
          0.39041,
          1.59548);
    }
  }

  @Test
  void photosAndCaptionsComeToTheNumbersOfTheirVersions() {
    try (PointerScope scope = new PointerScope();
        TextEncoders text = TextEncoders.load(CHECKPOINT, Compute.CPU_FLOAT32);
        Autoencoder vae = Autoencoder.load(CHECKPOINT, Compute.CPU_FLOAT32)) {
      PromptEmbedding embedding = text.encode("a photo of zelvok man, in a park", 12);
      assertThat(TextEncoders.VERSION).isEqualTo("text-encoders-1");
      assertNear(List.of(weighed(embedding.t5()), weighed(embedding.pooled())), -0.22240, 0.52049);

      Rgb cover = TrainingImages.cover(picture(90, 70), 32, 48, Optional.empty());
      TrainingSet.View view =
          new SetEncoder(text, vae, 12)
              .view(new SetEncoder.Pixels(TrainingImages.planes(cover), 32, 48), null);
      assertThat(SetEncoder.VERSION).isEqualTo("set-encoder-1");
      assertNear(
          List.of(weighed(view.plain().mean()), weighed(view.plain().logVariance())),
          -0.09446,
          0.14056);
    }
  }

  @Test
  void aTeacherPredictsTheNumbersOfItsVersion() {
    try (PointerScope scope = new PointerScope();
        FluxTransformer model = Golden.transformer("flux-dev");
        ClassPrior images = Sets.prior(model.config(), new long[] {4, 4});
        ClassPrior taught =
            ClassPrior.taught(
                model, images, SigmaSampling.parse("logit-normal+flux-shift"), 1, "versions")) {
      ClassPrior.Row row = taught.rows().get(1);
      assertThat(ClassPrior.VERSION).isEqualTo("class-prior-1");
      assertNear(
          List.of((double) row.sigma(), weighed(row.noise()), weighed(row.velocity())),
          0.49151,
          -0.17623,
          -0.68124);
    }
  }

  private static void assertNear(List<Double> numbers, double... recorded) {
    assertThat(numbers.stream().mapToDouble(number -> number).toArray())
        .as(numbers.toString())
        .containsExactly(recorded, within(ROUNDING));
  }

  /** A sum in which every value counts differently. */
  private static double weighed(Tensor tensor) {
    float[] values = Torch.floats(tensor);
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] * Math.cos(i);
    }
    return sum / Math.sqrt(values.length);
  }

  private static Rgb picture(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 31 % 251 ^ i / width);
    }
    return new Rgb(rgb, width, height);
  }
}
