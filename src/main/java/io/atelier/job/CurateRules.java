package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.image.BucketShape;
import io.atelier.image.Measurer;
import io.atelier.image.Metric;
import io.atelier.image.Rules;
import io.atelier.provenance.Hashes;
import io.atelier.store.Locations;
import io.atelier.worker.MeasureSpec;
import io.atelier.worker.StoredHash;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules of a run and what must be measured for them.
 *
 * @param models what is computed besides, where it is configured
 * @param measurers versions of measurements that hold all the rules ask for; the first is made
 * @param resolution the resolution trained at, for the buckets
 * @param shape the shape trained in
 * @param version names the rules by content, such as portrait-3f2a90c417be: with everything else
 *     that a verdict depends on
 */
record CurateRules(
    Rules rules,
    MeasureSpec spec,
    CurateModels models,
    List<String> measurers,
    int resolution,
    BucketShape shape,
    String version) {
  private static final int MODEL_DIGITS = 12;

  static CurateRules of(JobContext context) {
    Settings settings = context.settings();
    Rules rules = Rules.load(settings.curate().rules());
    URI faceModel = settings.curate().faceModel().map(Locations::parse).orElse(null);
    URI identityModel = settings.curate().identityModel().map(Locations::parse).orElse(null);
    MeasureSpec spec =
        new MeasureSpec(
            settings.curate().maxPixels(),
            rules.need(Metric.Needs.FACES)
                || (identityModel != null && rules.on(Metric.IDENTITY_COSINE).isPresent()),
            faceModel,
            identityModel,
            rules.need(Metric.Needs.BRISQUE));
    String detector = faceModel == null ? "haar" : "yunet:" + hash(context, faceModel);
    String faces =
        identityModel == null ? detector : detector + "+sface:" + hash(context, identityModel);
    List<String> measurers = measurers(spec, faces);
    CurateModels models = CurateModels.of(context, rules);
    String version =
        Hashes.ofFields(
            rules.hash(),
            measurers.get(0) + models.versions(rules),
            settings.curate().maxPixels(),
            settings.train().resolution(),
            settings.train().shape());
    return new CurateRules(
        rules,
        spec,
        models,
        measurers,
        settings.train().resolution(),
        TrainRecipe.shape(settings.train()),
        rules.name() + "-" + version.substring(0, MODEL_DIGITS));
  }

  /** What is made, and everything that holds more. */
  private static List<String> measurers(MeasureSpec spec, String faces) {
    List<String> versions = new ArrayList<>();
    for (boolean withFaces : spec.faces() ? List.of(true) : List.of(false, true)) {
      for (boolean withBrisque : spec.brisque() ? List.of(true) : List.of(false, true)) {
        versions.add(
            Measurer.VERSION + (withFaces ? "+" + faces : "") + (withBrisque ? "+brisque" : ""));
      }
    }
    return List.copyOf(versions);
  }

  String measurer() {
    return measurers.get(0);
  }

  /** The limit on the likeness to the subject's other photos, where there is a model to tell. */
  Optional<io.atelier.image.Rule> samePerson() {
    return spec.identityModel() == null ? Optional.empty() : rules.on(Metric.IDENTITY_COSINE);
  }

  /** The limit on the distance to a better photo of the subject. */
  Optional<io.atelier.image.Rule> nearDuplicate() {
    return rules.on(Metric.HASH_DISTANCE);
  }

  /** The first digits of a model's SHA-256. */
  static String hash(JobContext context, URI model) {
    return StoredHash.of(context.store(), model).substring(0, MODEL_DIGITS);
  }
}
