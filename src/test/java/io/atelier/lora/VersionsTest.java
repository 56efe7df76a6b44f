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
  /** Of another processor's order of sums, relative. */
  private static final double ROUNDING = 1e-4;

  private static final LoraConfig LORA = new LoraConfig(3, 6, Targets.DIFFUSERS);
  private static final Checkpoint CHECKPOINT =
      Checkpoint.open(Golden.ROOT.resolve("flux-dev").resolve("checkpoint"));

  @Test
  void aTrainingGivesTheNumbersOfItsVersion() {
    Optimisation adamw =
        new Optimisation(Optimisation.Method.ADAMW, 5e-3, LearningRate.parse("cosine"), 2, 0.01, 1);
    try (FluxTransformer model = Golden.transformer("flux-dev");
        TrainingSet set = set(model);
        Trainer trainer = new Trainer(model, set, LORA, config(2, adamw, 0), "versions")) {
      assertNumbers(trainer, 9.609294, 1.512330, 0.07834296, 0.3904097, 1.592441);
    }
  }

  @Test
  void aTrainingOnPhotosAndMirroredOnesAtRisingResolutionsGivesTheNumbersOfItsVersion() {
    Optimisation adamw =
        new Optimisation(Optimisation.Method.ADAMW, 5e-3, LearningRate.CONSTANT, 0, 0, 1);
    try (FluxTransformer model = Golden.transformer("flux-dev");
        TrainingSet set = Sets.levels(model.config(), 3);
        Trainer trainer = new Trainer(model, set, LORA, config(1, adamw, 0.5, 0), "versions")) {
      assertNumbers(trainer, 26.56521, 3.571150, 0.04660438, 0.1282927, 2.255772);
    }
  }

  @Test
  void aTrainingByProdigyBesideClassSamplesGivesTheNumbersOfItsVersion() {
    // Its own rate begins at 1e-6: without a factor six steps would change next to nothing.
    Optimisation prodigy =
        new Optimisation(Optimisation.Method.PRODIGY, 100, LearningRate.CONSTANT, 0, 0.01, 0);
    try (FluxTransformer model = Golden.transformer("flux-dev");
        TrainingSet set = set(model);
        ClassPrior prior = Sets.prior(model.config(), new long[] {4, 4});
        Trainer trainer =
            new Trainer(
                model, set, prior, LORA, config(1, prodigy, 0.7), "versions", StepMemory.AMPLE)) {
      assertNumbers(trainer, 9.384681, 1.442900, 0.8011831, 0.2259035, 1.456913);
    }
  }

  @Test
  void aTextualInversionGivesTheNumbersOfItsVersion() {
    Optimisation adamw =
        new Optimisation(Optimisation.Method.ADAMW, 0.05, LearningRate.CONSTANT, 0, 0, 1);
    Inversion word = new Inversion("zufvok", "cat", 2, List.of("zufvok smiling", "a zufvok"));
    try (FluxTransformer model = Golden.transformer("flux-dev");
        TextEncoders encoders = TextEncoders.load(CHECKPOINT, Compute.CPU_FLOAT32);
        TrainingSet set = set(model);
        Trainer trainer =
            Trainer.inversion(
                model, encoders, set, word, config(1, adamw, 0), "versions", StepMemory.AMPLE)) {
      assertNumbers(trainer, 9.270555, 1.332642, 0.06970768, 0.2259035, 1.581736);
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

  private static TrainingSet set(FluxTransformer model) {
    return Sets.random(
        model.config(), new long[] {4, 4}, new long[] {4, 4}, new long[] {4, 6}, new long[] {4, 4});
  }

  private static TrainConfig config(int accumulation, Optimisation optimisation, double prior) {
    return config(accumulation, optimisation, 0, prior);
  }

  private static TrainConfig config(
      int accumulation, Optimisation optimisation, double flip, double prior) {
    SigmaSampling sigmas = SigmaSampling.parse("logit-normal+flux-shift");
    Validation validation = new Validation(1, 3, 0);
    return new TrainConfig(
        6, 2, accumulation, optimisation, 0.3, 1, sigmas, flip, prior, validation);
  }

  /** The sum of all losses; then of the last step loss, gradient norm, sigma, held-out loss. */
  private static void assertNumbers(Trainer trainer, double... recorded) {
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
        recorded);
  }

  private static void assertNear(List<Double> numbers, double... recorded) {
    assertThat(numbers).as(numbers.toString()).hasSameSizeAs(recorded);
    for (int i = 0; i < recorded.length; i++) {
      assertThat(numbers.get(i))
          .as(numbers.toString())
          .isCloseTo(recorded[i], within(ROUNDING * Math.abs(recorded[i])));
    }
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
