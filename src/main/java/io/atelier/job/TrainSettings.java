package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.lora.Inversion;
import io.atelier.lora.LearningRate;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.Optimisation;
import io.atelier.lora.SigmaSampling;
import io.atelier.lora.Targets;
import io.atelier.lora.TrainConfig;
import io.atelier.lora.Validation;
import io.atelier.table.SubjectRow;
import java.util.List;

/** From the settings of the train stage to what the trainer takes. */
final class TrainSettings {
  static final String LORA = "lora";
  static final String TEXTUAL_INVERSION = "textual-inversion";

  private TrainSettings() {}

  static LoraConfig lora(Settings.Train settings) {
    return new LoraConfig(settings.rank(), settings.alpha(), Targets.parse(settings.targets()));
  }

  /**
   * The word to learn; null where a LoRA is trained.
   *
   * @param captions of the photos, in their order
   */
  static Inversion inversion(Settings.Train settings, SubjectRow subject, List<String> captions) {
    return settings.method().equals(TEXTUAL_INVERSION)
        ? new Inversion(
            subject.triggerToken(),
            subject.classNoun(),
            settings.inversionTokens(),
            captions.stream().distinct().toList())
        : null;
  }

  static TrainConfig train(Settings.Train settings) {
    return new TrainConfig(
        settings.steps(),
        settings.batch(),
        settings.accumulation(),
        new Optimisation(
            Optimisation.Method.parse(settings.optimizer()),
            settings.learningRate(),
            LearningRate.parse(settings.schedule()),
            settings.warmup(),
            settings.weightDecay(),
            settings.clip()),
        settings.captionDropout(),
        settings.guidance(),
        SigmaSampling.parse(settings.sigmaSampling()),
        settings.flip(),
        settings.prior().equals("none") ? 0 : settings.priorWeight(),
        new Validation(settings.validationPhotos(), settings.validateEvery(), settings.patience()));
  }
}
