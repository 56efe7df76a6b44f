package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.provenance.Ids;
import io.atelier.table.AssetRow;
import io.atelier.table.LakeTables;
import io.atelier.table.MeasurementRow;
import io.atelier.table.SubjectVerdictRow;
import io.atelier.table.VerdictRow;
import io.atelier.testing.SmallRun;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One lake, judged by one set of rules after the other; each test goes on from the last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CurateJobIT {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/curation/images");
  private static final String MODELS = "src/test/resources/image/faces/";
  private static final List<String> BROKEN =
      List.of("truncated.jpg", "html.jpg", "empty.jpg", "bomb.png", "broken.png");

  @TempDir static Path folder;
  private static SmallRun small;
  private static LakeTables tables;

  @BeforeAll
  static void registersPhotos() throws IOException {
    small = new SmallRun(folder).person("ana", 0, 4);
    Path ana = small.photos().resolve("ana");
    for (String file : BROKEN) {
      Files.copy(GOLDEN.resolve(file), ana.resolve(file));
    }
    Path ben = Files.createDirectories(small.photos().resolve("ben"));
    Files.copy(ana.resolve("1.jpg"), ben.resolve("same as ana's.jpg"));
    JobContext context = small.context();
    tables = context.tables();
    IntakeJob.run(context, small.photosUri());
    tables
        .subjects()
        .upsertChanged(
            Subjects.rows(context, List.of(), Set.of("nora"), new SubjectsFile(Map.of())),
            context.txn("test", "subjects"));
  }

  @Test
  @Order(1)
  void everyInputGetsAVerdictAndEveryContentIsMeasuredOnce() {
    StageResult result = CurateJob.run(small.context());

    // 4 + 5 contents; ben's photo has ana's bytes.
    assertThat(result.counts()).containsEntry("measured", 9L).containsEntry("total", 10L);
    assertThat(tables.verdicts().rows()).hasSize(10);
    assertThat(tables.measurements().rows()).hasSize(9);
    Map<String, VerdictRow> verdicts = verdicts("portrait");
    assertThat(codes(verdicts.get("ana/truncated.jpg"))).containsExactly("TRUNCATED");
    assertThat(codes(verdicts.get("ana/html.jpg"))).containsExactly("UNSUPPORTED_FORMAT");
    assertThat(codes(verdicts.get("ana/empty.jpg"))).containsExactly("EMPTY");
    assertThat(codes(verdicts.get("ana/broken.png"))).containsExactly("TRUNCATED");
    VerdictRow.Reason bomb = verdicts.get("ana/bomb.png").reasons().get(0);
    assertThat(bomb.code()).isEqualTo("PIXEL_BOMB");
    assertThat(bomb.value()).isEqualTo(3.6e9);
    assertThat(bomb.threshold()).isEqualTo(1e8);
    assertThat(codes(verdicts.get("ana/1.jpg")))
        .isEqualTo(codes(verdicts.get("ben/same as ana's.jpg")));
  }

  @Test
  @Order(2)
  void anAcceptedPhotoHasRawValuesBucketAndCrops() {
    VerdictRow verdict = verdicts("portrait").get("ana/1.jpg");
    assertThat(verdict.decision()).isEqualTo("ACCEPT");
    // 544 x 576 photos, trained at 64.
    assertThat(List.of(verdict.bucketWidth(), verdict.bucketHeight())).containsExactly(64, 64);
    assertThat(verdict.crop().width()).isEqualTo(544);
    assertThat(verdict.crop().height()).isEqualTo(544);
    assertThat(verdict.square().width()).isEqualTo(verdict.square().height());
    MeasurementRow row = measurement(verdict);
    assertThat(row.status()).isEqualTo("MEASURED");
    assertThat(row.shortSide()).isEqualTo(544);
    assertThat(row.faceCount()).isGreaterThanOrEqualTo(1);
    assertThat(row.faces()).hasSize(row.faceCount().intValue());
    assertThat(List.of(row.sharpness(), row.texture(), row.colorfulness(), row.rgbEntropy()))
        .allSatisfy(value -> assertThat(value).isPositive());
    assertThat(row.brisque()).isNull();
    assertThat(row.faceYaw()).isNull();
    assertThat(row.identity()).isNull();
  }

  @Test
  @Order(3)
  void aSubjectIsReadyDegradedOrBlockedWithASentenceForEachReason() {
    SubjectVerdictRow ana = subject("ana", "portrait");
    assertThat(ana.photos()).isEqualTo(9);
    assertThat(ana.verdict()).isEqualTo(ana.accepted() < 3 ? "BLOCKED" : "DEGRADED");
    assertThat(ana.reasons())
        .extracting(SubjectVerdictRow.Reason::code)
        .contains("FEW_PHOTOS", "TRUNCATED", "PIXEL_BOMB", "NO_HALF_BODY");
    assertThat(ana.reasons())
        .allSatisfy(reason -> assertThat(reason.sentence()).endsWith(".").doesNotContain("null"));
    SubjectVerdictRow ben = subject("ben", "portrait");
    assertThat(ben.verdict()).isEqualTo("BLOCKED");
    assertThat(ben.reasons().get(0))
        .isEqualTo(
            new SubjectVerdictRow.Reason(
                "TOO_FEW_PHOTOS",
                1.0,
                3.0,
                "1 photo can be used; at least 3 are needed, send more."));
    SubjectVerdictRow nora = subject("nora", "portrait");
    assertThat(nora.verdict()).as("who has sent nothing").isEqualTo("BLOCKED");
    assertThat(nora.reasons())
        .extracting(SubjectVerdictRow.Reason::sentence)
        .containsExactly("0 photos can be used; at least 3 are needed, send more.");
  }

  @Test
  @Order(4)
  void anotherThresholdDecidesAgainWithoutReadingAPhoto() throws IOException {
    Path rules = folder.resolve("strict.yaml");
    String portrait = Files.readString(Path.of("conf/rules/portrait.yaml"));
    Files.writeString(
        rules,
        portrait
            .replace("name: portrait", "name: strict")
            .replace("threshold: 512", "threshold: 560"));
    List<VerdictRow> before = tables.verdicts().rows();
    Path photos = small.lake().resolve("photos");
    Path away = folder.resolve("away");
    Files.move(photos, away);
    try {
      StageResult result = CurateJob.run(small.context("curate.rules=" + rules));
      assertThat(result.counts()).containsEntry("measured", 0L).containsEntry("total", 10L);
    } finally {
      Files.move(away, photos);
    }
    VerdictRow first = verdicts("strict").get("ana/1.jpg");
    assertThat(first.decision()).isEqualTo("REFUSE");
    assertThat(first.reasons())
        .containsExactly(
            new VerdictRow.Reason(
                "TOO_SMALL",
                544.0,
                560.0,
                "The shorter side is 544 pixels; at least 560 are needed."));
    assertThat(tables.verdicts().rows()).hasSize(20).containsAll(before);
  }

  @Test
  @Order(5)
  void rulesThatAskForLessAreJudgedByTheSameMeasurements() {
    StageResult result = CurateJob.run(small.context("curate.rules=dataset"));
    assertThat(result.counts()).containsEntry("measured", 0L).containsEntry("total", 10L);
    assertThat(verdicts("dataset").get("ana/1.jpg").measurer())
        .isEqualTo(verdicts("portrait").get("ana/1.jpg").measurer());
  }

  @Test
  @Order(6)
  void rulesThatAskForMoreMeasureOnceMore() {
    StageResult result = CurateJob.run(small.context("curate.rules=style"));
    assertThat(result.counts()).containsEntry("measured", 9L);
    assertThat(measurement(verdicts("style").get("ana/1.jpg")).brisque()).isBetween(0.0, 100.0);
    assertThat(CurateJob.run(small.context("curate.rules=style")).counts())
        .containsEntry("measured", 0L)
        .containsEntry("total", 0L);
  }

  @Test
  @Order(7)
  void somebodyElseAmongThePhotosIsRefusedWhereAnIdentityModelIsGiven() throws IOException {
    SmallRun people = new SmallRun(folder.resolve("people"));
    Path eve = Files.createDirectories(people.photos().resolve("eve"));
    Path rules = folder.resolve("identity.yaml");
    String portrait = Files.readString(Path.of("conf/rules/portrait.yaml"));
    Files.writeString(
        rules,
        "name: identity\nrules:\n"
            + portrait.substring(portrait.indexOf("  - code: OTHER_PERSON")));
    portrait(eve.resolve("blue.png"), new Color(30, 70, 220));
    assertThat(codes(identified(people, rules).get("eve/blue.png"))).as("alone").isEmpty();

    portrait(eve.resolve("red 1.png"), new Color(230, 60, 40));
    portrait(eve.resolve("red 2.png"), new Color(224, 66, 44));
    Map<String, VerdictRow> verdicts = identified(people, rules);
    assertThat(codes(verdicts.get("eve/red 1.png"))).isEmpty();
    assertThat(codes(verdicts.get("eve/red 2.png"))).isEmpty();
    VerdictRow.Reason other = verdicts.get("eve/blue.png").reasons().get(0);
    assertThat(other.code()).isEqualTo("OTHER_PERSON");
    assertThat(other.value()).isLessThan(0.363);
    assertThat(other.threshold()).isEqualTo(0.363);
    assertThat(other.sentence()).contains("at least 0.363 needed");

    portrait(eve.resolve("blue 2.png"), new Color(34, 66, 222));
    portrait(eve.resolve("blue 3.png"), new Color(28, 74, 216));
    verdicts = identified(people, rules);
    for (String blue : List.of("eve/blue.png", "eve/blue 2.png", "eve/blue 3.png")) {
      assertThat(codes(verdicts.get(blue))).as("as if they had come first").isEmpty();
    }
    assertThat(codes(verdicts.get("eve/red 1.png"))).containsExactly("OTHER_PERSON");
    assertThat(codes(verdicts.get("eve/red 2.png"))).containsExactly("OTHER_PERSON");
  }

  private static Map<String, VerdictRow> identified(SmallRun people, Path rules) {
    JobContext context =
        people.context(
            "curate.face_model=" + MODELS + "yunet.onnx",
            "curate.identity_model=" + MODELS + "sface.onnx",
            "curate.rules=" + rules);
    IntakeJob.run(context, people.photosUri());
    CurateJob.run(context);
    return verdicts(context.tables(), "identity");
  }

  @Test
  @Order(8)
  void aBadRulesFileOrModelIsNamedBeforeAnythingIsWritten() throws IOException {
    Path rules = folder.resolve("bad.yaml");
    Files.writeString(rules, "name: bad\nrules:\n  - code: DARK\n    metrik: aspect\n");
    long version = tables.verdicts().version();
    assertThatThrownBy(() -> CurateJob.run(small.context("curate.rules=" + rules)))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("bad.yaml:4: unknown key 'metrik'; did you mean 'metric'?");
    assertThatThrownBy(
            () -> CurateJob.run(small.context("curate.face_model=" + MODELS + "people.png")))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("people.png");
    assertThat(tables.verdicts().version()).isEqualTo(version);
  }

  /** What the stand-ins of the face models take for a face: a square of magenta. */
  @Test
  @Order(9)
  void theReportCountsByTheRulesInForceAndNotByThoseThatJudgedLast() {
    long accepted = accepted("strict");
    assertThat(accepted("style")).as("by the newest verdicts").isNotEqualTo(accepted);
    JobContext context = small.context("curate.rules=" + folder.resolve("strict.yaml"));
    assertThat(
            new ReportPhotos(context, CurateRules.of(context))
                .counts().collectAsList().stream()
                    .mapToLong(row -> row.<Long>getAs("accepted"))
                    .sum())
        .isEqualTo(accepted);
  }

  private static long accepted(String rules) {
    return verdicts(rules).values().stream()
        .filter(verdict -> verdict.decision().equals("ACCEPT"))
        .count();
  }

  private static void portrait(Path file, Color person) throws IOException {
    BufferedImage image = new BufferedImage(800, 600, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(person);
    graphics.fillRect(280, 200, 120, 120);
    graphics.setColor(Color.MAGENTA);
    graphics.fillRect(320, 240, 40, 40);
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
  }

  private static List<String> codes(VerdictRow verdict) {
    return verdict.reasons().stream().map(VerdictRow.Reason::code).toList();
  }

  private static MeasurementRow measurement(VerdictRow verdict) {
    return tables.measurements().rows().stream()
        .filter(row -> row.assetId().equals(verdict.assetId()))
        .filter(row -> row.measurer().equals(verdict.measurer()))
        .findFirst()
        .orElseThrow();
  }

  private static SubjectVerdictRow subject(String name, String rules) {
    return tables.subjectVerdicts().rows().stream()
        .filter(row -> row.subjectId().equals(Ids.subject(name)))
        .filter(row -> row.rulesVersion().startsWith(rules + "-"))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, VerdictRow> verdicts(String rules) {
    return verdicts(tables, rules);
  }

  private static Map<String, VerdictRow> verdicts(LakeTables tables, String rules) {
    Map<String, String> sources =
        tables.assets().rows().stream()
            .collect(Collectors.toMap(AssetRow::inputId, AssetRow::source));
    return tables.verdicts().rows().stream()
        .filter(row -> row.rulesVersion().startsWith(rules + "-"))
        .collect(Collectors.toMap(row -> sources.get(row.inputId()), Function.identity()));
  }
}
