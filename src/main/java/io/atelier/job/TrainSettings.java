package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.lora.LearningRate;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.Optimisation;
import io.atelier.lora.SigmaSampling;
import io.atelier.lora.Targets;
import io.atelier.lora.TrainConfig;
import io.atelier.lora.Validation;

/** From the settings of the train stage to what the trainer takes. */
final class TrainSettings {
  private TrainSettings() {}

  static LoraConfig lora(Settings.Train settings) {
    return new LoraConfig(settings.rank(), settings.alpha(), Targets.parse(settings.targets()));
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
