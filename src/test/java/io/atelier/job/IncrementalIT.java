package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.atelier.provenance.Ids;
import io.atelier.table.LakeTables;
import io.atelier.table.ProcessedRow;
import io.atelier.table.SubjectVerdictRow;
import io.atelier.table.VerdictRow;
import io.atelier.testing.LakeState;
import io.atelier.testing.SmallRun;
import io.delta.tables.DeltaTable;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What later runs decode and caption of a lake that grows; each test goes on from the last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class IncrementalIT {
  private static final String RULES = "curate.rules=dataset";
  private static final int MANY = 700;

  @TempDir static Path folder;
  private static SmallRun small;
  private static LakeTables tables;

  @BeforeAll
  static void registersPhotos() throws IOException {
    small = new SmallRun(folder);
    paint("ana", 0, 4, 300);
    paint("ben", 4, 8, 300);
    tables = small.context().tables();
    intake();
  }

  @Test
  @Order(1)
  void theSecondRunDecodesAndCaptionsNothing() {
    assertThat(curate()).containsEntry("measured", 8L).containsEntry("total", 8L);
    assertThat(caption()).containsEntry("total", 8L);
    Map<String, Long> before = LakeState.versions(tables);

    assertThat(curate()).containsEntry("measured", 0L).containsEntry("total", 0L);
    assertThat(caption()).containsEntry("total", 0L);

    assertThat(LakeState.versions(tables)).isEqualTo(before);
    assertThat(tables.processed().rows())
        .extracting(ProcessedRow::stage, ProcessedRow::source)
        .containsExactlyInAnyOrder(
            tuple("curate", "assets"),
            tuple("curate-subjects", "verdicts"),
            tuple("caption", "verdicts"),
            tuple("caption", "subjects"));
    assertThat(small.said()).doesNotContain("compared");
  }

  @Test
  @Order(2)
  void tenNewPhotosDecodeTenAndAChangedOneDecodesOne() throws IOException {
    paint("ana", 10, 20, 300);
    intake();
    assertThat(curate()).containsEntry("measured", 10L).containsEntry("total", 10L);
    assertThat(measuredByTheLastRun()).isEqualTo(10);
    assertThat(caption()).containsEntry("total", 10L);

    Files.copy(small.photos().resolve("ana/3.png"), small.photos().resolve("ben/as ana's.png"));
    paint("ben", 4, 5, 310);
    intake();
    assertThat(curate()).as("one of two has known bytes").containsEntry("measured", 1L);
    assertThat(caption()).containsEntry("total", 2L);
    assertThat(tables.captions().read().count()).isEqualTo(20);
    assertThat(tables.subjectVerdicts().rows())
        .filteredOn(row -> row.subjectId().equals(Ids.subject("ben")))
        .singleElement()
        .satisfies(row -> assertThat(row.photos()).isEqualTo(6));
  }

  @Test
  @Order(3)
  void aChangedSubjectIsCaptionedAnewAndNobodyElse() {
    small.subjectsFile("subjects: {ben: {class_noun: sculptor}}\n");
    intake();
    assertThat(caption()).containsEntry("total", 6L);
    assertThat(tables.captions().read().where("class_noun = 'sculptor'").count()).isEqualTo(6);
    assertThat(curate()).containsEntry("measured", 0L).containsEntry("total", 0L);
  }

  @Test
  @Order(4)
  void copiesOfANearDuplicateAreInTheGroupOfWhatIsKept() throws IOException {
    Path ana = small.photos().resolve("ana");
    BufferedImage kept = ImageIO.read(ana.resolve("0.png").toFile());
    BufferedImage smaller = new BufferedImage(270, 270, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = smaller.createGraphics();
    graphics.drawImage(kept.getScaledInstance(270, 270, Image.SCALE_SMOOTH), 0, 0, null);
    graphics.dispose();
    ImageIO.write(smaller, "png", ana.resolve("smaller.png").toFile());
    Files.copy(ana.resolve("smaller.png"), ana.resolve("smaller still.png"));
    intake();
    assertThat(curate()).containsEntry("measured", 1L).containsEntry("total", 2L);

    String group = input("ana/0.png");
    VerdictRow first = verdict("ana/smaller still.png");
    assertThat(first.reasons().get(0).code()).isEqualTo("NEAR_DUPLICATE");
    assertThat(first.dupOf()).isEqualTo(group);
    assertThat(first.dupBits()).isEqualTo(first.reasons().get(0).value().intValue());
    VerdictRow second = verdict("ana/smaller.png");
    assertThat(second.reasons().get(0).code()).isEqualTo("DUPLICATE");
    assertThat(second.dupOf()).isEqualTo(first.inputId());
    assertThat(second.dupBits()).isEqualTo(first.dupBits());
    assertThat(List.of(first.dupGroup(), second.dupGroup())).containsOnly(group);
    assertThat(verdict("ana/0.png").dupGroup()).isNull();
  }

  @Test
  @Order(5)
  void aRunThatIsKilledKeepsWhatItHadCommittedAndTheNextDecodesTheRest() throws Exception {
    paint("many", 100, 100 + MANY, 40);
    intake();
    long before = tables.measurements().read().count();
    Thread killer = killOnceThereIs(tables.measurements().version() + 1);
    assertThatThrownBy(IncrementalIT::curate).hasStackTraceContaining("cancel");
    killer.interrupt();
    killer.join();
    long committed = tables.measurements().read().count() - before;
    assertThat(committed).isBetween(1L, MANY - 1L);
    assertThat(judged()).as("nothing is judged before all is measured").isEqualTo(22);

    assertThat(curate())
        .containsEntry("measured", MANY - committed)
        .containsEntry("total", (long) MANY);

    assertThat(measuredByTheLastRun()).isEqualTo(MANY - committed);
    assertThat(tables.measurements().read().select("asset_id").distinct().count())
        .isEqualTo(tables.measurements().read().count())
        .isEqualTo(before + MANY);
    assertThat(judged()).isEqualTo(22 + MANY);
  }

  @Test
  @Order(6)
  void whereTheFeedIsCleanedUpAllRowsAreComparedAndALineSaysSo() throws IOException {
    paint("ana", 30, 31, 300);
    intake();
    cleanUp(tables.assets().path());

    assertThat(curate()).containsEntry("measured", 1L).containsEntry("total", 1L);

    assertThat(small.said())
        .contains("curate: the changes of table 'assets' since version ")
        .contains("cleaned them up");
    assertThat(curate()).containsEntry("measured", 0L).containsEntry("total", 0L);
  }

  @Test
  @Order(7)
  void aTableThatWasMadeAnewIsComparedToo() throws IOException {
    long measured = tables.measurements().read().count();
    delete(table("assets"));
    DeltaLog.clearCache();
    tables = small.context().tables();
    intake();

    assertThat(curate()).containsEntry("measured", 0L).containsEntry("total", 0L);

    assertThat(small.said()).contains("the table was made anew");
    assertThat(tables.measurements().read().count()).isEqualTo(measured);
  }

  @Test
  @Order(8)
  void subjectsAreJudgedByTheNumbersThatHoldNow() throws IOException {
    curate("curate.min_photos=2");
    curate("curate.min_photos=50");
    paint("ben", 60, 61, 300);
    intake();
    curate("curate.min_photos=50");
    SubjectVerdictRow many = setOfBen("/50-");
    assertThat(many.verdict()).isEqualTo("BLOCKED");

    curate("curate.min_photos=2");

    assertThat(setOfBen("/2-").verdict()).isNotEqualTo("BLOCKED");
    assertThat(setOfBen("/2-").accepted()).isEqualTo(many.accepted());
  }

  private static SubjectVerdictRow setOfBen(String numbers) {
    return tables.subjectVerdicts().rows().stream()
        .filter(row -> row.subjectId().equals(Ids.subject("ben")))
        .filter(row -> row.rulesVersion().contains(numbers))
        .findFirst()
        .orElseThrow();
  }

  private static void intake() {
    IntakeJob.run(small.context(), small.photosUri());
  }

  private static Map<String, Long> curate(String... more) {
    String[] settings = Stream.concat(Stream.of(RULES), Stream.of(more)).toArray(String[]::new);
    return CurateJob.run(small.context(settings)).counts();
  }

  private static Map<String, Long> caption() {
    return CaptionJob.run(small.context(RULES)).counts();
  }

  private static String input(String source) {
    return tables.assets().rows().stream()
        .filter(row -> row.source().equals(source))
        .findFirst()
        .orElseThrow()
        .inputId();
  }

  private static VerdictRow verdict(String source) {
    String input = input(source);
    return tables.verdicts().rows().stream()
        .filter(row -> row.inputId().equals(input))
        .findFirst()
        .orElseThrow();
  }

  private static long judged() {
    return tables.verdicts().read().count();
  }

  private static long measuredByTheLastRun() {
    String run =
        tables.runs().rows().stream()
            .filter(row -> row.stage().equals("curate"))
            .max(Comparator.comparing(row -> row.startedAt()))
            .orElseThrow()
            .runId();
    return tables.measurements().read().where("run_id = '" + run + "'").count();
  }

  /** Cancels whatever Spark does from the moment on at which the table has a version. */
  private static Thread killOnceThereIs(long version) {
    SparkSession spark = small.context().spark();
    Path commit = table("measurements").resolve("_delta_log/%020d.json".formatted(version));
    Thread killer =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                if (Files.exists(commit)) {
                  spark.sparkContext().cancelAllJobs();
                }
                LockSupport.parkNanos(5_000_000);
              }
            });
    killer.start();
    return killer;
  }

  /** Compacts the table and deletes all files that its newest version does not need. */
  private static void cleanUp(String path) {
    SparkSession spark = small.context().spark().newSession();
    spark.conf().set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
    DeltaTable.forPath(spark, path).optimize().executeCompaction();
    DeltaTable.forPath(spark, path).vacuum(0);
  }

  private static Path table(String name) {
    return small.lake().resolve("tables").resolve(name);
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Pictures of coloured tiles, each other than all others. */
  private static void paint(String subject, int from, int until, int side) throws IOException {
    Path to = Files.createDirectories(small.photos().resolve(subject));
    for (int i = from; i < until; i++) {
      Random random = new Random(1000L * side + i);
      BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
      Graphics2D graphics = image.createGraphics();
      int tile = Math.max(1, side / 20);
      for (int x = 0; x < side; x += tile) {
        for (int y = 0; y < side; y += tile) {
          graphics.setColor(new Color(random.nextInt(1 << 24)));
          graphics.fillRect(x, y, tile, tile);
        }
      }
      graphics.dispose();
      ImageIO.write(image, "png", to.resolve(i + ".png").toFile());
    }
  }
}
