package io.atelier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.testing.TestSession;
import io.delta.tables.DeltaTable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LakeTableIT {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");
  private static final TxnId FIRST = TxnId.of("test", "any", "run-1");
  private static final int WRITERS = 3;
  private static final TxnId SECOND = TxnId.of("test", "any", "run-2");

  private final SparkSession spark = TestSession.get();
  @TempDir Path folder;

  @Test
  void createsEveryTableForReadersOfVersionOneWithoutPersonalStatistics() throws IOException {
    LakeTables tables = new LakeTables(spark, root());
    for (TableSpec<? extends Record> spec : LakeTables.all()) {
      assertThat(tables.exists(spec)).isFalse();
      LakeTable<?> table = tables.table(spec);
      assertThat(table.version()).isZero();
      assertThat(table.read().count()).isZero();
      JsonNode protocol = logEntries(spec.name(), "protocol").get(0);
      assertThat(protocol.get("minReaderVersion").asInt()).as(spec.name()).isEqualTo(1);
      JsonNode configuration = logEntries(spec.name(), "metaData").get(0).get("configuration");
      assertThat(configuration.get("delta.enableDeletionVectors").asText()).isEqualTo("false");
      assertThat(configuration.has("delta.columnMapping.mode")).isFalse();
      spec.checks()
          .forEach(
              (n, c) ->
                  assertThat(configuration.get("delta.constraints." + n).asText()).isEqualTo(c));
    }
  }

  @Test
  void openingATableAgainChangesNothing() {
    LakeTable.open(spark, root(), SubjectRow.TABLE);
    LakeTable<SubjectRow> again = LakeTable.open(spark, root(), SubjectRow.TABLE);
    assertThat(again.version()).isZero();
  }

  @Test
  void describesItsColumnsToAnAnalyst() {
    LakeTable<SubjectRow> table = LakeTable.open(spark, root(), SubjectRow.TABLE);
    List<Row> described =
        spark
            .sql("DESCRIBE delta.`" + table.path() + "`")
            .where("col_name = 'consent'")
            .collectAsList();
    assertThat(described.get(0).getString(2)).contains("Reference of the consent");
  }

  @Test
  void insertsOnlyWhatIsMissingAndCommitsNothingTheSecondTime() {
    LakeTable<SubjectRow> table = LakeTable.open(spark, root(), SubjectRow.TABLE);
    SubjectRow ada = subject("a".repeat(16), "Ada", "adaxyz", null);
    SubjectRow bob = subject("b".repeat(16), "Bob", "bobxyz", "contract-7");

    assertThat(table.insertNew(List.of(ada), FIRST)).isEqualTo(new Written(1, 0));
    assertThat(table.version()).isEqualTo(1);
    assertThat(table.insertNew(List.of(ada), SECOND)).isEqualTo(Written.NOTHING);
    assertThat(table.version()).isEqualTo(1);
    assertThat(table.insertNew(List.of(ada, bob), SECOND)).isEqualTo(new Written(1, 0));
    assertThat(table.rows()).containsExactly(ada, bob);
    assertThat(table.read(1).count()).isEqualTo(1);
  }

  @Test
  void aCommitOfManyPartitionsIsOneFile() {
    LakeTable<SubjectRow> table = LakeTable.open(spark, root(), SubjectRow.TABLE);
    List<SubjectRow> subjects =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    subject(
                        "%016x".formatted(i),
                        "Ada",
                        "word" + (char) ('a' + i % 26) + (char) ('a' + i / 26),
                        null))
            .toList();
    table.insertNew(table.dataset(subjects).repartition(8), FIRST);
    assertThat(table.read().inputFiles()).hasSize(1);
  }

  @Test
  void aWriteOfTheSameNameWithOtherRowsIsAnErrorAndNotLost() {
    LakeTable<SubjectRow> table = LakeTable.open(spark, root(), SubjectRow.TABLE);
    table.insertNew(List.of(subject("a".repeat(16), "Ada", "adaxyz", null)), FIRST);
    assertThatThrownBy(
            () -> table.insertNew(List.of(subject("b".repeat(16), "Bob", "bobxyz", null)), FIRST))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_CONFLICT))
        .hasMessageContaining("test/any/run-1#1");
    assertThat(
            table.insertNew(List.of(subject("b".repeat(16), "Bob", "bobxyz", null)), FIRST.next()))
        .isEqualTo(new Written(1, 0));
  }

  @Test
  void refusesABatchThatBreaksAConstraintWithoutRepeatingItsValues() {
    LakeTable<SubjectRow> table = LakeTable.open(spark, root(), SubjectRow.TABLE);
    assertThatThrownBy(
            () ->
                table.insertNew(
                    List.of(subject("a".repeat(16), "Ada Lovelace", "Ada Lovelace", null)), FIRST))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_TABLE))
        .hasMessageContaining("trigger_token_form")
        .hasMessageContaining("a".repeat(16))
        .hasMessageNotContaining("Lovelace")
        .hasNoCause();
    assertThat(table.version()).isZero();
  }

  @Test
  void deltaItselfRefusesWhatBreaksAConstraint() {
    LakeTable<SubjectRow> table = LakeTable.open(spark, root(), SubjectRow.TABLE);
    SubjectRow bad = subject("a".repeat(16), "Ada", "NO", null);
    assertThatThrownBy(
            () ->
                TableErrors.mapped(
                    SubjectRow.TABLE,
                    () ->
                        table
                            .dataset(List.of(bad))
                            .write()
                            .format("delta")
                            .mode("append")
                            .save(table.path())))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_TABLE))
        .hasMessageContaining("trigger_token_form")
        .hasNoCause();
  }

  @Test
  void refusesTwoRowsOfOneKey() {
    LakeTable<SubjectRow> table = LakeTable.open(spark, root(), SubjectRow.TABLE);
    SubjectRow ada = subject("a".repeat(16), "Ada", "adaxyz", null);
    assertThatThrownBy(() -> table.insertNew(List.of(ada, ada), FIRST))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("2 rows share 1 keys");
  }

  @Test
  void writersThatMeetAllGetTheirRowsIn() throws Exception {
    LakeTable<SubjectRow> table = LakeTable.open(spark, root(), SubjectRow.TABLE);
    ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<Written>> written = new ArrayList<>();
      CountDownLatch all = new CountDownLatch(WRITERS);
      for (int writer = 0; writer < WRITERS; writer++) {
        String digit = Integer.toString(writer);
        SubjectRow own = subject(digit.repeat(16), "Own " + digit, "own" + digit + "xyz", null);
        SubjectRow shared = subject("f".repeat(16), "Shared", "sharedxyz", null);
        TxnId txn = TxnId.of("test", "any", "run-" + digit);
        written.add(
            writers.submit(
                () -> {
                  all.countDown();
                  all.await();
                  return table.insertNew(List.of(own, shared), txn);
                }));
      }
      long rows = 0;
      for (Future<Written> one : written) {
        rows += one.get().rows();
      }
      assertThat(rows).as("the shared row is in once").isEqualTo(WRITERS + 1);
      assertThat(table.rows()).hasSize(WRITERS + 1);
    } finally {
      writers.shutdownNow();
    }
  }

  @Test
  void upsertsASubjectOnlyWhenItChanged() {
    LakeTable<SubjectRow> table = LakeTable.open(spark, root(), SubjectRow.TABLE);
    SubjectRow ada = subject("a".repeat(16), "Ada", "adaxyz", null);
    table.upsertChanged(List.of(ada), FIRST);
    SubjectRow sameLater = later(ada, null);
    assertThat(table.upsertChanged(List.of(sameLater), SECOND)).isEqualTo(Written.NOTHING);

    SubjectRow consented = later(ada, "contract-9");
    assertThat(table.upsertChanged(List.of(consented), SECOND)).isEqualTo(new Written(0, 1));
    SubjectRow stored = table.rows().get(0);
    assertThat(stored.consent()).isEqualTo("contract-9");
    assertThat(stored.createdAt()).isEqualTo(ada.createdAt());
    assertThat(stored.updatedAt()).isEqualTo(consented.updatedAt());
    assertThat(stored.runId()).isEqualTo("run-2");
  }

  @Test
  void replacesAFailedGenerationButNeverAFinishedOne() {
    LakeTable<GenerationRow> table = LakeTable.open(spark, root(), GenerationRow.TABLE);
    table.replaceFailed(List.of(generation("r1", null), generation("r2", "out of memory")), FIRST);
    assertThat(table.rows()).extracting(GenerationRow::status).containsExactly("DONE", "FAILED");

    Written written =
        table.replaceFailed(
            List.of(generation("r1", "late failure"), generation("r2", null)), SECOND);
    assertThat(written).isEqualTo(new Written(0, 1));
    assertThat(table.rows()).extracting(GenerationRow::status).containsExactly("DONE", "DONE");
    assertThat(table.replaceFailed(List.of(generation("r2", null)), SECOND.next()))
        .isEqualTo(Written.NOTHING);
  }

  @Test
  void keepsNestedReasonsFacesAndNulls() throws IOException {
    LakeTable<VerdictRow> table = LakeTable.open(spark, root(), VerdictRow.TABLE);
    VerdictRow accepted = verdict("a".repeat(64), "ACCEPT", List.of());
    VerdictRow refused =
        verdict(
            "b".repeat(64),
            "REFUSE",
            List.of(new VerdictRow.Reason("BLURRY", 3.5, 5.0, "It is blurred.")));
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    table.insertNew(table.dataset(context.parallelize(List.of(accepted, refused), 2)), FIRST);
    assertThat(table.rows()).containsExactly(accepted, refused);
    VerdictRow listed = verdict("c".repeat(64), "REFUSE", refused.reasons());
    table.insertNew(List.of(accepted, listed), FIRST.next());
    assertThat(table.rows()).containsExactly(accepted, refused, listed);
    for (JsonNode add : logEntries("verdicts", "add")) {
      JsonNode statistics = new ObjectMapper().readTree(add.get("stats").asText());
      List<String> names = new ArrayList<>();
      statistics.get("minValues").fieldNames().forEachRemaining(names::add);
      assertThat(VerdictRow.TABLE.statistics()).containsAll(names);
      assertThat(names).contains("subject_id").doesNotContain("square", "asset_id");
    }
  }

  @Test
  void manyRowsOfAListAllComeIn() {
    LakeTable<VerdictRow> table = LakeTable.open(spark, root(), VerdictRow.TABLE);
    List<VerdictRow> rows =
        IntStream.range(0, LakeTable.SMALL + 1)
            .mapToObj(i -> verdict("%064x".formatted(i), "ACCEPT", List.of()))
            .toList();
    assertThat(table.insertNew(rows, FIRST)).isEqualTo(new Written(rows.size(), 0));
    assertThat(table.insertNew(rows, FIRST.next())).isEqualTo(Written.NOTHING);
    assertThat(table.rows()).containsExactlyElementsOf(rows);
  }

  @Test
  void aTableThatIsGoneIsSaid() throws IOException {
    LakeTable<VerdictRow> table = LakeTable.open(spark, root(), VerdictRow.TABLE);
    FileUtils.deleteDirectory(new File(table.path()));
    assertThatThrownBy(table::version)
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("There is no Delta table at " + table.path());
  }

  @Test
  void refusesARefusalWithoutReason() {
    LakeTable<VerdictRow> table = LakeTable.open(spark, root(), VerdictRow.TABLE);
    assertThatThrownBy(
            () -> table.insertNew(List.of(verdict("a".repeat(64), "REFUSE", List.of())), FIRST))
        .hasMessageContaining("refusal_has_reasons");
  }

  @Test
  void wantsTheTriggerTokenAsAWordOfItsOwn() {
    LakeTable<CaptionRow> table = LakeTable.open(spark, root(), CaptionRow.TABLE);
    assertThatThrownBy(() -> table.insertNew(List.of(caption("photo of asksb person")), FIRST))
        .hasMessageContaining("trigger_token_in_text");
    assertThat(table.insertNew(List.of(caption("photo of sks, smiling")), FIRST).inserted())
        .isEqualTo(1);
  }

  @Test
  void runsTakeMapsAndOnlyGrow() {
    LakeTable<RunRow> table = LakeTable.open(spark, root(), RunRow.TABLE);
    RunRow run =
        new RunRow(
            "run-1",
            "curate",
            "DONE",
            "atelier curate",
            Map.of("assets", 3L),
            Map.of("verdicts", 9L),
            Map.of("accepted", 7L, "refused", 2L),
            "c".repeat(64),
            "0.1.0",
            "3.5.7",
            NOON,
            NOON,
            1.5,
            null,
            null);
    assertThat(table.insertNew(List.of(run), FIRST).inserted()).isEqualTo(1);
    assertThat(table.rows()).containsExactly(run);
    assertThatThrownBy(() -> DeltaTable.forPath(spark, table.path()).delete("run_id = 'run-1'"))
        .hasMessageContaining("append");
  }

  @Test
  void namesEveryDifferenceOfATableThatIsNotOurs() {
    spark
        .sql("SELECT 1 AS subject_id, 'x' AS shoe_size")
        .write()
        .format("delta")
        .save(root() + "/subjects");
    assertThatThrownBy(() -> LakeTable.open(spark, root(), SubjectRow.TABLE))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_TABLE))
        .hasMessageContaining("column subject_id is int, expected string NOT NULL")
        .hasMessageContaining("column name is missing")
        .hasMessageContaining("column shoe_size is unknown")
        .hasMessageContaining("constraint trigger_token_form is missing");
  }

  @Test
  void addsColumnsThatATableOfAnOlderVersionLacksAndKeepsItsRows() {
    LakeTable<TrainingStepRow> table = LakeTable.open(spark, root(), TrainingStepRow.TABLE);
    TrainingStepRow old =
        new TrainingStepRow("a", 1, "s", 0.5, 1.0, 1e-4, 0.3, NOON, "run-1", null, null);
    table.insertNew(List.of(old), FIRST);
    String path = "delta.`" + table.path() + "`";
    spark.sql("ALTER TABLE " + path + " SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name')");
    spark.sql("ALTER TABLE " + path + " DROP COLUMNS (sigma_bucket, validation_loss)");

    LakeTable<TrainingStepRow> again = LakeTable.open(spark, root(), TrainingStepRow.TABLE);
    assertThat(again.rows()).containsExactly(old);
    TrainingStepRow later =
        new TrainingStepRow("a", 2, "s", 0.4, 1.0, 1e-4, 0.97, NOON, "run-2", 9, 0.6);
    again.insertNew(List.of(later), SECOND);
    assertThat(again.rows()).containsExactly(old, later);
    long version = again.version();
    assertThat(LakeTable.open(spark, root(), TrainingStepRow.TABLE).version()).isEqualTo(version);
  }

  private String root() {
    return folder.resolve("my lake %20+#é/tables").toString();
  }

  private List<JsonNode> logEntries(String table, String action) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    ObjectMapper json = new ObjectMapper();
    try (Stream<Path> files = Files.list(Path.of(root(), table, "_delta_log"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        for (String line : Files.readAllLines(file)) {
          JsonNode node = json.readTree(line);
          if (node.has(action)) {
            found.add(node.get(action));
          }
        }
      }
    }
    assertThat(found).isNotEmpty();
    return found;
  }

  private static SubjectRow subject(String id, String name, String trigger, String consent) {
    return new SubjectRow(id, name, "person", trigger, consent, NOON, NOON, "run-1", null, null);
  }

  private static SubjectRow later(SubjectRow row, String consent) {
    Instant later = NOON.plusSeconds(60);
    return new SubjectRow(
        row.subjectId(),
        row.name(),
        row.classNoun(),
        row.triggerToken(),
        consent,
        later,
        later,
        "run-2",
        row.allowedPacks(),
        row.kind());
  }

  private static GenerationRow generation(String id, String failure) {
    boolean done = failure == null;
    return new GenerationRow(
        id,
        "s",
        "a",
        done ? "DONE" : "FAILED",
        failure,
        done ? "images/s/" + id + ".png" : null,
        done ? "d".repeat(64) : null,
        done ? "e".repeat(64) : null,
        done ? 10L : null,
        done ? 64 : null,
        done ? 64 : null,
        "cpu",
        "float32",
        "batch",
        0.5,
        NOON,
        "run-1");
  }

  private static VerdictRow verdict(String id, String decision, List<VerdictRow.Reason> reasons) {
    return new VerdictRow(
        id,
        "rules-1",
        "s".repeat(16),
        "d".repeat(64),
        "2+haar",
        decision,
        reasons,
        List.of(),
        null,
        512,
        384,
        new Box(0, 0, 640, 480),
        null,
        NOON,
        "run-1",
        null,
        null,
        null,
        null);
  }

  private static CaptionRow caption(String text) {
    return new CaptionRow(
        "c1",
        "i1",
        "s1",
        "d".repeat(64),
        "template",
        "1",
        "photo",
        text,
        "sks",
        "person",
        NOON,
        "run-1");
  }
}
