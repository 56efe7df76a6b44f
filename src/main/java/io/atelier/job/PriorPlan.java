package io.atelier.job;

import io.atelier.caption.Article;
import io.atelier.config.Settings;
import io.atelier.lora.SigmaSampling;
import io.atelier.provenance.Hashes;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.PriorJob;

/** Which class samples a training is to have beside its photos. */
final class PriorPlan {
  private final Settings.Train settings;
  private final ModelSpec model;

  PriorPlan(Settings.Train settings, ModelSpec model) {
    this.settings = settings;
    this.model = model;
  }

  /** The samples of a class noun; null if the settings ask for none. */
  PriorJob of(String classNoun) {
    if (settings.prior().equals("none") || settings.priorWeight() == 0) {
      return null;
    }
    boolean taught = settings.prior().equals("teacher");
    String caption = "a photo of " + Article.before(classNoun);
    // What only the teacher's form depends on does not make new images.
    String levels = taught ? settings.sigmaSampling() + " " + settings.guidance() : "";
    String id =
        Hashes.ofFields(
            "prior",
            caption,
            settings.prior(),
            settings.priorSamples(),
            settings.priorSteps(),
            settings.priorGuidance(),
            settings.resolution(),
            levels,
            settings.seed(),
            settings.precision(),
            model.t5Length(),
            model.hash());
    return new PriorJob(
        id,
        classNoun,
        caption,
        taught,
        settings.priorSamples(),
        settings.priorSteps(),
        settings.priorGuidance(),
        settings.resolution(),
        SigmaSampling.parse(settings.sigmaSampling()),
        settings.guidance());
  }
}
