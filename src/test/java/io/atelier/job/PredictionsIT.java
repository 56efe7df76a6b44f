package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import io.atelier.onnx.OnnxWriter;
import io.atelier.table.AssetRow;
import io.atelier.table.PredictionRow;
import io.atelier.table.VerdictRow;
import io.atelier.testing.SmallRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * One lake whose pictures get models one after the other; the numbers are held against ONNX Runtime
 * in Python, see jobs/interop/record_predictors.py.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PredictionsIT {
  private static final Path MODELS = Path.of("src/test/resources/predictors");
  private static final Path GOLDEN = Path.of("src/test/resources/golden/curation/images");
  private static final String LOST = "mirrored_q90.jpg";
  private static final String RULES =
      """
      name: rated
      rules:
        - {code: UNPLEASING, metric: aesthetic, comparison: below, threshold: 3,
           severity: reject, sentence: "Rated {value}, at least {threshold} needed."}
        - {code: UNSAFE, metric: unsafe, comparison: above, threshold: 0.5,
           severity: reject, sentence: "Unsafe with probability {value}."}
      """;

  @TempDir static Path folder;
  private static SmallRun small;
  private static JsonNode expected;
  private static String rules;
  private static Map<String, AssetRow> assets;

  @BeforeAll
  static void measuresPicturesAndLosesOne() throws IOException {
    expected = new ObjectMapper().readTree(MODELS.resolve("expected.json").toFile());
    rules = "curate.rules=" + Files.writeString(folder.resolve("rated.yaml"), RULES);
    small = new SmallRun(folder);
    Path photos = Files.createDirectories(small.photos().resolve("ana"));
    expected.fieldNames().forEachRemaining(name -> copy(name, photos));
    copy(LOST, photos);
    JobContext context = small.context("curate.rules=dataset");
    IntakeJob.run(context, small.photosUri());
    assertThat(CurateJob.run(context).counts()).containsEntry("predicted", 0L);
    assets =
        context.tables().assets().rows().stream()
            .collect(
                Collectors.toMap(
                    row -> row.source().substring(row.source().lastIndexOf('/') + 1), row -> row));
    Files.delete(small.lake().resolve(assets.get(LOST).uri()));
  }

  @Test
  @Order(1)
  void modelsGiveTheNumbersOfOnnxRuntimeInPythonAndRulesHoldThem() {
    StageResult result = CurateJob.run(context(rules));

    assertThat(result.counts()).containsEntry("measured", 0L).containsEntry("predicted", 17L);
    holds("AESTHETIC", "aesthetic", PredictionRow::score);
    holds("UNSAFE", "unsafe", PredictionRow::score);
    Map<String, PredictionRow> embeddings = newest("EMBEDDING");
    for (int i : List.of(0, 7, 15)) {
      for (String name : names()) {
        assertThat(embeddings.get(name).embedding().get(i))
            .isCloseTo(
                (float) expected.get(name).get("embedding").get(i).asDouble(), within(2e-6f));
      }
    }
    Map<String, VerdictRow> verdicts = verdicts();
    assertThat(verdicts.get("mirrored.png").reasons()).isEmpty();
    assertThat(verdicts.get("gradient.png").reasons())
        .singleElement()
        .satisfies(reason -> assertThat(reason.code()).isEqualTo("UNPLEASING"))
        .satisfies(reason -> assertThat(reason.value()).isCloseTo(2.94544, within(1e-4)))
        .satisfies(reason -> assertThat(reason.threshold()).isEqualTo(3))
        .satisfies(
            reason -> assertThat(reason.sentence()).isEqualTo("Rated 2.95, at least 3 needed."));
    assertThat(verdicts.get("dark.png").reasons())
        .extracting(VerdictRow.Reason::code)
        .containsExactly("UNSAFE");
  }

  @Test
  @Order(2)
  void aPictureThatNoModelCouldSeeIsSaidToBeUnratedAndTriedAgain() throws IOException {
    PredictionRow lost = newest("EMBEDDING").get(LOST);
    assertThat(lost.status()).isEqualTo("FAILED");
    assertThat(lost.reason()).contains("NOT_FOUND");
    VerdictRow verdict = verdicts().get(LOST);
    assertThat(verdict.decision()).isEqualTo("REFUSE");
    assertThat(verdict.reasons()).extracting(VerdictRow.Reason::code).containsExactly("UNRATED");
    String warning = RULES.replace("reject", "warn").replace("name: rated", "name: warned");
    String warn = "curate.rules=" + Files.writeString(folder.resolve("warned.yaml"), warning);
    CurateJob.run(context(warn));
    assertThat(warned()).contains("UNRATED");

    copyTo(GOLDEN.resolve(LOST), small.lake().resolve(assets.get(LOST).uri()));
    assertThat(CurateJob.run(context(rules)).counts()).containsEntry("predicted", 3L);
    assertThat(CurateJob.run(context(rules)).counts()).containsEntry("predicted", 0L);
    assertThat(newest("EMBEDDING").get(LOST).status()).isEqualTo("DONE");
    VerdictRow rated = verdicts().get(LOST);
    assertThat(rated.reasons()).extracting(VerdictRow.Reason::code).doesNotContain("UNRATED");
    assertThat(context(rules).tables().subjectVerdicts().rows())
        .filteredOn(row -> row.runId().equals(rated.runId()))
        .as("the set is counted anew")
        .hasSize(1);

    CurateJob.run(context(warn));
    assertThat(warned()).as("a warning is given anew, too").doesNotContain("UNRATED");
  }

  /** What the rules that only warn say of the lost picture. */
  private static List<String> warned() {
    return small.context().tables().verdicts().rows().stream()
        .filter(row -> row.rulesVersion().startsWith("warned-"))
        .filter(row -> row.inputId().equals(assets.get(LOST).inputId()))
        .flatMap(row -> row.warnings().stream())
        .map(VerdictRow.Reason::code)
        .toList();
  }

  @Test
  @Order(3)
  void aPictureThatCouldNotBeMeasuredIsJudgedWhenItCan() throws IOException {
    String late = "late.png";
    Path photo = small.photos().resolve("ana").resolve(late);
    copyTo(GOLDEN.resolve("gradient.png"), photo);
    // One byte after the end makes another content of the same picture.
    Files.write(photo, new byte[] {0}, StandardOpenOption.APPEND);
    IntakeJob.run(context(rules), small.photosUri());
    AssetRow asset =
        context(rules).tables().assets().rows().stream()
            .filter(row -> row.source().endsWith(late))
            .findFirst()
            .orElseThrow();
    assets.put(late, asset);
    Path stored = small.lake().resolve(asset.uri());
    Path away = folder.resolve("late");
    Files.move(stored, away);
    CurateJob.run(context(rules));
    assertThat(verdicts().get(late).reasons())
        .extracting(VerdictRow.Reason::code)
        .containsExactly("UNREADABLE");

    Files.move(away, stored);
    StageResult mended = CurateJob.run(context(rules));

    assertThat(mended.counts()).containsEntry("measured", 1L).containsEntry("total", 1L);
    assertThat(verdicts().get(late).reasons())
        .extracting(VerdictRow.Reason::code)
        .doesNotContain("UNREADABLE");
    assertThat(CurateJob.run(context(rules)).counts()).containsEntry("total", 0L);
  }

  @Test
  @Order(4)
  void otherModelsOnTheEmbeddingReadNoPicture() throws IOException {
    Path sum = folder.resolve("sum.onnx");
    OnnxWriter graph = new OnnxWriter("sum");
    float[] ones = new float[16];
    Arrays.fill(ones, 1);
    String weights = graph.constant("w", ones, 16, 1);
    graph.output(graph.node("MatMul", graph.input("x", 16), weights), 1);
    graph.write(sum);
    Path photos = small.lake().resolve("photos");
    Path away = folder.resolve("away");
    Files.move(photos, away);
    try {
      StageResult result =
          CurateJob.run(
              context(
                  rules,
                  "curate.aesthetic_model=" + sum,
                  "curate.safety_model=" + MODELS.resolve("nsfw.onnx")));
      assertThat(result.counts()).containsEntry("predicted", 14L);
    } finally {
      Files.move(away, photos);
    }
    holds("UNSAFE", "nsfw", PredictionRow::score);
    List<Float> embedding = newest("EMBEDDING").get("strip.png").embedding();
    assertThat(newest("AESTHETIC").get("strip.png").score())
        .isCloseTo(embedding.stream().mapToDouble(v -> v).sum(), within(1e-5));
  }

  @Test
  @Order(5)
  void whatDoesNotFitIsNamedWithTheSetting() {
    assertThatThrownBy(() -> CurateJob.run(small.context(rules)))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("'aesthetic', which a model computes: set curate.aesthetic_model");
    refuses("curate.embedding_model=" + folder.resolve("none.onnx"), "none.onnx");
    refuses(
        "curate.embedding_model=" + MODELS.resolve("aesthetic.onnx"),
        "its input has 2 axes; expected 4, of pictures. It is curate.embedding_model");
    refuses(
        "curate.aesthetic_model=" + MODELS.resolve("safety/model.onnx"),
        "its input has 4 axes; expected 2, of embeddings. It is curate.aesthetic_model");
    refuses("curate.safety_model=" + MODELS.resolve("expected.json"), "expected.json");
    assertThatThrownBy(() -> CurateJob.run(context(rules, "curate.unsafe_classes=0,2")))
        .hasStackTraceContaining("curate.unsafe_classes names class 2")
        .hasStackTraceContaining("classes 0 to 1");
  }

  private static void refuses(String setting, String message) {
    assertThatThrownBy(() -> CurateJob.run(context(rules, setting)))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(setting.substring(0, setting.indexOf('=')));
  }

  private static JobContext context(String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "curate.embedding_model=" + MODELS.resolve("vision.onnx"),
                "curate.aesthetic_model=" + MODELS.resolve("aesthetic.onnx"),
                "curate.safety_model=" + MODELS.resolve("safety/model.onnx"),
                "curate.model_batch=4"));
    all.addAll(List.of(more));
    return small.context(all.toArray(String[]::new));
  }

  private static void holds(String kind, String key, ToDoubleFunction<PredictionRow> value) {
    Map<String, PredictionRow> rows = newest(kind);
    for (String name : names()) {
      assertThat(value.applyAsDouble(rows.get(name)))
          .as("%s of %s", key, name)
          .isCloseTo(expected.get(name).get(key).asDouble(), within(2e-5));
    }
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>();
    expected.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The newest prediction of a kind by the name of the picture. */
  private static Map<String, PredictionRow> newest(String kind) {
    Map<String, String> names = new HashMap<>();
    assets.forEach((name, asset) -> names.put(asset.assetId(), name));
    return small.context().tables().predictions().rows().stream()
        .filter(row -> row.kind().equals(kind))
        .sorted(Comparator.comparing(PredictionRow::createdAt))
        .collect(
            Collectors.toMap(row -> names.get(row.assetId()), row -> row, (older, newer) -> newer));
  }

  private static Map<String, VerdictRow> verdicts() {
    Map<String, String> names = new HashMap<>();
    assets.forEach((name, asset) -> names.put(asset.inputId(), name));
    return small.context().tables().verdicts().rows().stream()
        .filter(row -> row.rulesVersion().startsWith("rated-"))
        .collect(Collectors.toMap(row -> names.get(row.inputId()), row -> row));
  }

  private static void copy(String name, Path into) {
    copyTo(GOLDEN.resolve(name), into.resolve(name));
  }

  private static void copyTo(Path from, Path to) {
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
