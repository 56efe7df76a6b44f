package io.atelier.job;

import io.atelier.caption.Article;
import io.atelier.lora.ClassPrior;
import io.atelier.lora.TrainConfig;
import io.atelier.provenance.Hashes;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.PriorJob;

/** Which class samples a training is to have beside its photos. */
final class PriorPlan {
  private final TrainRecipe recipe;
  private final ModelSpec model;

  PriorPlan(TrainRecipe recipe, ModelSpec model) {
    this.recipe = recipe;
    this.model = model;
  }

  /** The samples of a class noun; null if the recipe has none. */
  PriorJob of(String classNoun) {
    TrainRecipe.Prior prior = recipe.prior();
    if (prior == null) {
      return null;
    }
    TrainConfig train = recipe.train();
    String caption = "a photo of " + Article.before(classNoun);
    // What only the teacher's form depends on does not make new images.
    String levels = prior.taught() ? train.sigmaSampling() + " " + train.guidance() : "";
    String embedding = model.embeddingId(caption);
    String id =
        Hashes.ofFields(
            "prior",
            ClassPrior.VERSION,
            embedding,
            prior,
            recipe.resolution(),
            levels,
            recipe.seed(),
            model.in(recipe.precision()).sampler(),
            model.hash());
    return new PriorJob(
        id,
        classNoun,
        caption,
        embedding,
        prior.taught(),
        prior.samples(),
        prior.steps(),
        prior.guidance(),
        recipe.resolution(),
        train.sigmaSampling(),
        train.guidance());
  }
}
