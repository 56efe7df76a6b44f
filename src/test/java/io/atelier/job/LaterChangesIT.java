package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.config.Settings;
import io.atelier.config.UncheckedSettings;
import io.atelier.error.AtelierException;
import io.atelier.provenance.Ids;
import io.atelier.table.AdapterRow;
import io.atelier.table.AssetRow;
import io.atelier.table.CaptionRow;
import io.atelier.table.LakeTables;
import io.atelier.table.RunRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.VerdictRow;
import io.atelier.testing.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One lake through failures, corrections and late changes; each test goes on from the last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LaterChangesIT {
  private static final String ANA = Ids.subject("ana");
  private static final String BEN = Ids.subject("ben");

  @TempDir static Path folder;
  private static SmallRun small;
  private static LakeTables tables;

  @BeforeAll
  static void preparesTwoPeople() {
    small = new SmallRun(folder).person("ana", 0, 4).person("ben", 1, 4);
    JobContext context = small.context();
    tables = context.tables();
    prepare(context);
  }

  private static void prepare(JobContext context) {
    IntakeJob.run(context, small.photosUri());
    CurateJob.run(context);
    CaptionJob.run(context);
  }

  @Test
  @Order(1)
  void aPhotoThatVanishedFailsOnlyItsSubjectAndTheNextAttemptCountsOn() throws IOException {
    Path photo = small.lake().resolve(anAcceptedPhotoOf(ANA).uri());
    Path away = folder.resolve("away");
    Files.move(photo, away);

    StageResult failed = TrainJob.run(small.context());

    assertThat(failed.failed()).isEqualTo(1);
    AdapterRow ana = adapter(ANA);
    assertThat(ana.status()).isEqualTo("FAILED");
    assertThat(ana.reason()).startsWith("NOT_FOUND: ").contains(photo.getFileName().toString());
    assertThat(ana.attempts()).isEqualTo(1);
    AdapterRow ben = adapter(BEN);
    assertThat(ben.status()).isEqualTo("TRAINED");
    assertThat(lastRun().status()).isEqualTo("PARTIAL");

    Files.move(away, photo);
    StageResult mended = TrainJob.run(small.context());

    assertThat(mended.failed()).isZero();
    assertThat(adapter(ANA).adapterId()).isEqualTo(ana.adapterId());
    assertThat(adapter(ANA).status()).isEqualTo("TRAINED");
    assertThat(adapter(ANA).reason()).isNull();
    assertThat(adapter(ANA).attempts()).isEqualTo(2);
    assertThat(adapter(BEN)).isEqualTo(ben);
    assertThat(lastRun().status()).isEqualTo("DONE");
  }

  @Test
  @Order(2)
  void aTrainingThatDivergesIsARowAndTheCorrectedSettingTrains() {
    List<AdapterRow> before = tables.adapters().rows();
    Settings wild =
        UncheckedSettings.with(small.settings("train.steps=6"), "train.learning_rate", 1e30);
    for (int attempt = 1; attempt <= 2; attempt++) {
      StageResult result = TrainJob.run(small.context(wild));
      assertThat(result.failed()).isEqualTo(2);
      for (String subject : List.of(ANA, BEN)) {
        assertThat(adapter(subject).status()).isEqualTo("FAILED");
        assertThat(adapter(subject).reason()).startsWith("TRAINING_DIVERGED: ").contains("step");
        assertThat(adapter(subject).attempts()).isEqualTo(attempt);
      }
      assertThat(lastRun().status()).isEqualTo("PARTIAL");
    }

    StageResult calm = TrainJob.run(small.context("train.steps=6"));

    assertThat(calm.failed()).isZero();
    assertThat(List.of(adapter(ANA).status(), adapter(BEN).status())).containsOnly("TRAINED");
    assertThat(tables.adapters().rows()).containsAll(before).hasSize(6);
  }

  @Test
  @Order(3)
  void aCopyThatComesLaterIsRefusedHoweverItIsCalled() throws IOException {
    long captions = tables.captions().read().count();
    AssetRow kept = anAcceptedPhotoOf(ANA);
    Files.copy(small.photos().resolve(kept.source()), small.photos().resolve("ana/00 first.jpg"));
    prepare(small.context());
    VerdictRow copy = newest(tables.verdicts().rows(), VerdictRow::createdAt);
    assertThat(copy.decision()).isEqualTo("REFUSE");
    assertThat(copy.dupOf()).isEqualTo(kept.inputId());
    assertThat(copy.dupGroup()).isEqualTo(kept.inputId());
    assertThat(copy.dupBits()).isZero();
    assertThat(tables.captions().read().count()).isEqualTo(captions);
    assertThat(TrainJob.run(small.context("train.steps=6")).outputs())
        .containsEntry("adapters", 0L);
  }

  @Test
  @Order(4)
  void anotherClassNounChangesTheSubjectAndMakesNewCaptionsAndANewAdapterOfThatSubjectAlone() {
    AdapterRow ana = adapter(ANA);
    AdapterRow ben = adapter(BEN);
    long captions = tables.captions().read().count();
    small.subjectsFile("subjects: {ana: {class_noun: violinist}}\n");

    JobContext context = small.context("train.steps=6");
    prepare(context);
    StageResult result = TrainJob.run(context);

    SubjectRow subject = subject(ANA);
    assertThat(subject.classNoun()).isEqualTo("violinist");
    assertThat(subject.triggerToken()).isEqualTo(ana.triggerToken());
    assertThat(result.outputs()).containsEntry("adapters", 1L);
    assertThat(adapter(ANA).adapterId()).isNotEqualTo(ana.adapterId());
    assertThat(adapter(ANA).classNoun()).isEqualTo("violinist");
    assertThat(adapter(ANA).assetIds()).isEqualTo(ana.assetIds());
    assertThat(adapter(BEN)).isEqualTo(ben);
    assertThat(tables.captions().read().count() - captions).isEqualTo(ana.assetIds().size());
    assertThat(newest(tables.captions().rows(), CaptionRow::createdAt).text())
        .contains("violinist");
  }

  @Test
  @Order(5)
  void aTokenOfAnotherSubjectOfTheLakeIsRefusedAndNothingIsRegistered() {
    String taken = subject(BEN).triggerToken();
    Map<String, Long> versions = Map.of("subjects", tables.subjects().version());
    small.subjectsFile("subjects: {ana: {trigger_token: " + taken + "}}\n");
    assertThatThrownBy(() -> IntakeJob.run(small.context(), small.photosUri()))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("'" + taken + "'")
        .hasMessageContaining("'ana'")
        .hasMessageContaining("'ben'");
    assertThat(tables.subjects().version()).isEqualTo(versions.get("subjects"));
    assertThat(lastRun().status()).isEqualTo("FAILED");
  }

  private static AssetRow anAcceptedPhotoOf(String subject) {
    List<String> accepted =
        tables.verdicts().rows().stream()
            .filter(verdict -> verdict.decision().equals("ACCEPT"))
            .map(VerdictRow::inputId)
            .toList();
    return tables.assets().rows().stream()
        .filter(asset -> asset.subjectId().equals(subject))
        .filter(asset -> accepted.contains(asset.inputId()))
        .findFirst()
        .orElseThrow();
  }

  private static SubjectRow subject(String id) {
    return tables.subjects().rows().stream()
        .filter(row -> row.subjectId().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** The row of this subject that was written last. */
  private static AdapterRow adapter(String subject) {
    return newest(
        tables.adapters().rows().stream().filter(row -> row.subjectId().equals(subject)).toList(),
        AdapterRow::createdAt);
  }

  private static RunRow lastRun() {
    return newest(tables.runs().rows(), RunRow::startedAt);
  }

  private static <R, T extends Comparable<T>> R newest(
      List<R> rows, java.util.function.Function<R, T> time) {
    return rows.stream().max(Comparator.comparing(time)).orElseThrow();
  }
}
