package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.config.Settings;
import io.atelier.provenance.Ids;
import io.atelier.table.AdapterRow;
import io.atelier.table.AssetRow;
import io.atelier.table.LakeTables;
import io.atelier.table.RunRow;
import io.atelier.table.VerdictRow;
import io.atelier.testing.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
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
    Settings wild = withLearningRate(small.settings("train.steps=6"), 1e30);
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

  private static Settings withLearningRate(Settings settings, double rate) {
    Settings.Train t = settings.train();
    Settings.Train train =
        new Settings.Train(
            t.rank(),
            t.alpha(),
            t.steps(),
            rate,
            t.batch(),
            t.accumulation(),
            t.resolution(),
            t.targets(),
            t.captionDropout(),
            t.guidance(),
            t.schedule(),
            t.weightDecay(),
            t.clip(),
            t.warmup(),
            t.seed(),
            t.precision(),
            t.sigmaSampling());
    return new Settings(
        settings.intake(),
        settings.curate(),
        settings.caption(),
        train,
        settings.generate(),
        settings.model(),
        settings.report(),
        settings.runtime());
  }
}
