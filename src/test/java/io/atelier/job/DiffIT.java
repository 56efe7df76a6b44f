package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.table.RunRow;
import io.atelier.testing.SmallRun;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Three images under loose rules, strict ones and loose ones again; then a fourth. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DiffIT {
  private static final String RULES =
      """
      name: sized
      rules:
        - {code: SMALL, metric: short_side, comparison: below, threshold: %d,
           severity: reject, sentence: "{value} pixels, {threshold} needed."}
      """;

  @TempDir static Path folder;
  private static SmallRun small;
  private static String loose;
  private static String strict;
  private static String looseAgain;

  @BeforeAll
  static void judgesThrice() throws IOException {
    small = new SmallRun(folder);
    paint(100);
    paint(200);
    paint(300);
    IntakeJob.run(small.context(), small.photosUri());
    loose = curate(50);
    strict = curate(250);
    looseAgain = curate(50);
  }

  @Test
  @Order(1)
  void saysWhichRuleLostAnImage() {
    Diff diff = diff(loose, strict);
    assertThat(diff.kept()).isEqualTo(1);
    assertThat(diff.gained()).isZero();
    assertThat(diff.lost()).isEqualTo(2);
    assertThat(diff.rules()).containsExactly(new Diff.RuleCount(false, "SMALL", 2));
    assertThat(diff.changes())
        .extracting(Diff.Change::source, change -> change.sentences().get(0))
        .containsExactly(
            tuple("ana/100.png", "100 pixels, 250 needed."),
            tuple("ana/200.png", "200 pixels, 250 needed."));
    assertThat(diff(strict, loose).gained()).isEqualTo(2);
  }

  @Test
  @Order(2)
  void aRunThatHadNothingToJudgeStandsForItsOwnRules() {
    assertThat(small.context().tables().verdicts().read().where("run_id = '" + looseAgain + "'"))
        .satisfies(rows -> assertThat(rows.count()).isZero());
    Diff diff = diff(strict, looseAgain);
    assertThat(diff.to().rules()).isEqualTo(diff(loose, strict).from().rules());
    assertThat(diff.gained()).isEqualTo(2);
    assertThat(diff.lost()).isZero();
  }

  @Test
  @Order(3)
  void anImageThatCameInIsNewAndVersionsStandForMomentsToo() throws IOException {
    paint(400);
    IntakeJob.run(small.context(), small.photosUri());
    String later = curate(50);
    Diff diff = diff(looseAgain, later);
    assertThat(diff.rules()).containsExactly(new Diff.RuleCount(true, Diff.NEW, 1));
    Diff.Moment from = diff(loose, later).from();
    assertThat(diff(from.version() + "@" + from.rules(), later).gained()).isEqualTo(1);
    assertThat(diff(String.valueOf(from.version()), later).gained()).isEqualTo(1);
  }

  @Test
  @Order(4)
  void aMomentThatNeverWasIsNotFound() {
    for (String moment : new String[] {"run-of-nobody", "999", "0@sized-000000000000"}) {
      assertThatThrownBy(() -> diff(moment, loose))
          .isInstanceOfSatisfying(
              AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
          .hasMessageContaining(moment.replaceAll(".*@", ""));
    }
  }

  private static Diff diff(String from, String to) {
    return DiffJob.run(small.context(), from, to, 10);
  }

  /** The id of the run. */
  private static String curate(int threshold) throws IOException {
    Path rules = folder.resolve(threshold + ".yaml");
    Files.writeString(rules, RULES.formatted(threshold));
    CurateJob.run(small.context("curate.rules=" + rules));
    return small.context().tables().runs().rows().stream()
        .max(Comparator.comparing(RunRow::finishedAt))
        .orElseThrow()
        .runId();
  }

  private static void paint(int side) throws IOException {
    Path to = Files.createDirectories(small.photos().resolve("ana"));
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
    ImageIO.write(image, "png", to.resolve(side + ".png").toFile());
  }
}
