package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.Metric;
import io.atelier.image.Rules;
import io.atelier.job.CurateModel.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The models of curation that are configured.
 *
 * @param byKind at most one of each kind
 * @param unsafeClasses which outputs of the safety model are added
 * @param clusters clusters in which pictures are compared, if that is configured
 */
record CurateModels(
    Map<Kind, CurateModel> byKind, List<Integer> unsafeClasses, OptionalInt clusters) {

  CurateModels {
    byKind = Map.copyOf(byKind);
    unsafeClasses = List.copyOf(unsafeClasses);
  }

  static CurateModels of(JobContext context, Rules rules) {
    Settings.Curate settings = context.settings().curate();
    Map<Kind, CurateModel> models = new EnumMap<>(Kind.class);
    settings
        .embeddingModel()
        .ifPresent(
            file -> models.put(Kind.EMBEDDING, CurateModel.of(context, Kind.EMBEDDING, file)));
    if (comparesPictures(rules)) {
      models.putIfAbsent(Kind.EMBEDDING, CurateModel.DESCRIPTOR);
    }
    String embedding =
        Optional.ofNullable(models.get(Kind.EMBEDDING)).map(CurateModel::version).orElse("");
    settings
        .aestheticModel()
        .ifPresent(
            file ->
                models.put(
                    Kind.AESTHETIC, CurateModel.of(context, Kind.AESTHETIC, file, embedding)));
    List<Integer> classes = settings.unsafeClasses().stream().map(Integer::valueOf).toList();
    settings
        .safetyModel()
        .ifPresent(
            file ->
                models.put(
                    Kind.UNSAFE,
                    CurateModel.of(context, Kind.UNSAFE, file, embedding, classes.toString())));
    return new CurateModels(models, classes, settings.clusters());
  }

  Optional<CurateModel> find(Kind kind) {
    return Optional.ofNullable(byKind.get(kind));
  }

  /**
   * The versions of those that the rules ask; empty if they ask none.
   *
   * @throws AtelierException BAD_CONFIG if one of them is not configured: a rule on a number that
   *     nobody computes would pass everything
   */
  String versions(Rules rules) {
    List<String> versions = new ArrayList<>();
    if (comparesPictures(rules)) {
      versions.add(byKind.get(Kind.EMBEDDING).version() + " " + clusters);
    }
    for (Metric metric : List.of(Metric.AESTHETIC, Metric.UNSAFE)) {
      if (rules.on(metric).isPresent()) {
        versions.add(version(rules, metric, Kind.valueOf(metric.name())));
      }
    }
    return String.join("", versions);
  }

  /** Whether the rules compare pictures by their embeddings. */
  static boolean comparesPictures(Rules rules) {
    return rules.on(Metric.SEMANTIC_COSINE).isPresent()
        || rules.on(Metric.CLUSTER_RANK).isPresent();
  }

  private String version(Rules rules, Metric metric, Kind kind) {
    return find(kind)
        .map(CurateModel::version)
        .orElseThrow(
            () ->
                new AtelierException(
                    ErrorCode.BAD_CONFIG,
                    "The rules "
                        + rules.name()
                        + " (curate.rules) have a limit on '"
                        + metric.column()
                        + "', which a model computes: set "
                        + kind.setting()
                        + " to its ONNX file, or take the rule out."));
  }
}
