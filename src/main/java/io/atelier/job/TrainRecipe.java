package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.image.BucketShape;
import io.atelier.lora.LearningRate;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.Optimisation;
import io.atelier.lora.SigmaSampling;
import io.atelier.lora.Targets;
import io.atelier.lora.TrainConfig;
import io.atelier.lora.Validation;
import io.atelier.nn.Precision;
import io.atelier.provenance.Hashes;
import java.util.List;
import java.util.Locale;

/**
 * What the settings of the train stage come to: the values that trainings are made with. A setting
 * that has no effect beside the others leaves no trace here, and so none in the id of an adapter.
 *
 * @param lora the shape of the adapter; null for textual inversion
 * @param vectors how many vectors a word gets by textual inversion; null for LoRA
 * @param resolutions rising
 * @param shape of what is trained on
 * @param mirrored whether photos are seen with left and right swapped, too
 * @param prior what keeps the class; null for nothing
 * @param seed of all random numbers
 * @param precision of the frozen model
 */
record TrainRecipe(
    LoraConfig lora,
    Integer vectors,
    TrainConfig train,
    List<Integer> resolutions,
    BucketShape shape,
    boolean mirrored,
    Prior prior,
    long seed,
    Precision precision) {
  static final String LORA = "lora";
  static final String TEXTUAL_INVERSION = "textual-inversion";

  /**
   * Class samples.
   *
   * @param taught whether the base model's velocities are the target
   * @param steps denoising steps
   * @param guidance told to the model in sampling
   */
  record Prior(boolean taught, int samples, int steps, double guidance) {}

  /**
   * The recipe of some settings.
   *
   * @param guided whether the base model embeds guidance; one that does not never sees it
   */
  static TrainRecipe of(Settings.Train settings, boolean guided) {
    boolean lora = settings.method().equals(LORA);
    Prior prior = lora ? prior(settings, guided) : null;
    return new TrainRecipe(
        lora
            ? new LoraConfig(settings.rank(), settings.alpha(), Targets.parse(settings.targets()))
            : null,
        lora ? null : settings.inversionTokens(),
        train(settings, lora, prior != null, guided),
        settings.resolutions(),
        shape(settings),
        settings.flip() > 0,
        prior,
        settings.seed(),
        Precision.parse(settings.precision()));
  }

  /** The shape that the settings name. */
  static BucketShape shape(Settings.Train settings) {
    return BucketShape.valueOf(settings.shape().toUpperCase(Locale.ROOT));
  }

  private static Prior prior(Settings.Train settings, boolean guided) {
    return settings.prior().equals("none") || settings.priorWeight() == 0
        ? null
        : new Prior(
            settings.prior().equals("teacher"),
            settings.priorSamples(),
            settings.priorSteps(),
            guided ? settings.priorGuidance() : 0);
  }

  private static TrainConfig train(
      Settings.Train settings, boolean lora, boolean prior, boolean guided) {
    return new TrainConfig(
        settings.steps(),
        settings.batch(),
        settings.accumulation(),
        new Optimisation(
            Optimisation.Method.parse(settings.optimizer()),
            settings.learningRate(),
            schedule(settings),
            settings.warmup(),
            settings.weightDecay(),
            settings.clip()),
        // Without its caption a photo teaches a word nothing.
        lora ? settings.captionDropout() : 0,
        guided ? settings.guidance() : 0,
        SigmaSampling.parse(settings.sigmaSampling()),
        settings.flip(),
        prior ? settings.priorWeight() : 0,
        validation(settings));
  }

  /** The first step after the warm-up is at the peak in every schedule. */
  private static LearningRate schedule(Settings.Train settings) {
    return settings.steps() - settings.warmup() <= 1
        ? LearningRate.CONSTANT
        : LearningRate.parse(settings.schedule());
  }

  /** The last step is measured anyway. */
  private static Validation validation(Settings.Train settings) {
    return settings.validationPhotos() == 0
        ? Validation.NONE
        : new Validation(
            settings.validationPhotos(),
            Math.min(settings.validateEvery(), settings.steps()),
            settings.patience());
  }

  /** The last and highest resolution. */
  int resolution() {
    return resolutions.get(resolutions.size() - 1);
  }

  /** Changes with every value. */
  String hash() {
    return Hashes.ofFields("recipe", this);
  }
}
