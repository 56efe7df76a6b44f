package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.lora.Adapter;
import io.atelier.lora.AdapterLineage;
import io.atelier.provenance.Ids;
import io.atelier.table.AdapterRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.LakeTables;
import io.atelier.table.RequestRow;
import io.atelier.table.RunRow;
import io.atelier.testing.LakeState;
import io.atelier.testing.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One lake while people agree to less, to more and to nothing; each test goes on from the last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContractsIT {
  private static final String ANA = Ids.subject("ana");
  private static final String BEN = Ids.subject("ben");
  private static final String PACK =
      """
      name: %s
      title: A pack
      defaults: {steps: 2, width: 64, height: 64, seeds: [3]}
      looks:
        - {name: only, prompt: "%s of {trigger} {class}"}
      """;

  @TempDir static Path folder;
  private static SmallRun small;
  private static LakeTables tables;
  private static String twoPacks;

  @BeforeAll
  static void writesThreePacks() {
    small = new SmallRun(folder).person("ana", 0, 4).person("ben", 1, 4);
    tables = small.context().tables();
    String plain = pack("plain", "a photo");
    String beach = pack("beach", "a beach photo");
    twoPacks = "generate.packs=" + plain + "," + beach;
  }

  private static String pack(String name, String prompt) {
    Path file = folder.resolve(name + ".yaml");
    SmallRun.write(file, PACK.formatted(name, prompt));
    return file.toString();
  }

  @Test
  @Order(1)
  void aPackThatASubjectHasNotAgreedToIsARowWithAReasonAndNoImage() {
    small.subjectsFile("subjects: {ana: {consent: first, allowed_packs: [plain]}}\n");

    small.run(twoPacks);

    AdapterRow ana = adapter(ANA);
    assertThat(ana.allowedPacks()).containsExactly("plain");
    assertThat(ana.consent()).isEqualTo("first");
    assertThat(contract(ana).allowedPacks()).containsExactly("plain");
    assertThat(contract(ana).consent()).isEqualTo("first");
    assertThat(adapter(BEN).allowedPacks()).isNull();
    assertThat(contract(adapter(BEN)).allowedPacks()).containsExactly("*");
    assertThat(pictures(ANA)).containsOnlyKeys("plain", "beach");
    assertThat(pictures(ANA).get("plain").status()).isEqualTo("DONE");
    GenerationRow refused = pictures(ANA).get("beach");
    assertThat(refused.status()).isEqualTo("FAILED");
    assertThat(refused.reason())
        .startsWith("PACK_NOT_ALLOWED: ")
        .contains("agreed to plain, and not to beach@");
    assertThat(refused.uri()).isNull();
    assertThat(pictures(BEN).values()).extracting(GenerationRow::status).containsOnly("DONE");
    assertThat(images()).isEqualTo(3);
    RunRow run = lastRun("generate");
    assertThat(run.status()).isEqualTo("DONE");
    assertThat(run.counts()).containsEntry("refused", 1L).containsEntry("failed", 0L);
  }

  @Test
  @Order(2)
  void theSameRunAgainChangesNothing() {
    Map<String, String> files = LakeState.files(small.lake());
    Map<String, List<String>> rows = LakeState.rows(small.lake());
    long generations = tables.generations().version();

    small.run(twoPacks);

    assertThat(LakeState.files(small.lake())).isEqualTo(files);
    assertThat(LakeState.rows(small.lake())).isEqualTo(rows);
    assertThat(tables.generations().version()).isEqualTo(generations);
    assertThat(lastRun("generate").counts()).containsEntry("refused", 1L);
  }

  @Test
  @Order(3)
  void nothingIsRenderedUnderAContractThatHasChangedSince() {
    small.subjectsFile("subjects: {ana: {consent: second, allowed_packs: ['*']}}\n");
    IntakeJob.run(small.context(), small.photosUri());

    GenerateJob.run(small.context(twoPacks));

    assertThat(pictures(ANA).get("beach").reason()).startsWith("CONTRACT_CHANGED: ");
    assertThat(images()).isEqualTo(3);
  }

  @Test
  @Order(4)
  void aChangedContractIssuesTheAdapterAnewWithoutTraining() throws IOException {
    AdapterRow before = adapter(ANA);
    GenerationRow plain = pictures(ANA).get("plain");
    GenerationRow ben = pictures(BEN).get("beach");
    long steps = tables.trainingSteps().read().count();

    StageResult trained = TrainJob.run(small.context(twoPacks));
    GenerateJob.run(small.context(twoPacks));

    assertThat(trained.counts()).containsEntry("issued", 1L).containsEntry("trained", 0L);
    AdapterRow after = adapter(ANA);
    assertThat(after.adapterId()).isNotEqualTo(before.adapterId());
    assertThat(after)
        .isEqualTo(
            before.issued(
                after.adapterId(),
                after.uri(),
                after.sha256(),
                after.bytes(),
                "second",
                null,
                after.createdAt(),
                after.runId()));
    assertThat(contract(after).consent()).isEqualTo("second");
    assertThat(contract(before).consent()).isEqualTo("first");
    assertThat(tables.trainingSteps().read().count()).isEqualTo(steps);
    assertThat(pictures(ANA).get("beach").status()).isEqualTo("DONE");
    assertThat(pictures(ANA).get("beach").adapterId()).isEqualTo(after.adapterId());
    assertThat(pictures(ANA).get("plain")).isEqualTo(plain);
    assertThat(pictures(BEN).get("beach")).isEqualTo(ben);
    assertThat(images()).isEqualTo(4);

    SmallRun other = small.into("other");
    JobContext context = other.context(twoPacks);
    IntakeJob.run(context, other.photosUri());
    CurateJob.run(context);
    CaptionJob.run(context);
    TrainJob.run(context);
    assertThat(Files.readAllBytes(other.lake().resolve(after.uri())))
        .as("what a training under this contract writes")
        .isEqualTo(Files.readAllBytes(small.lake().resolve(after.uri())));
  }

  @Test
  @Order(5)
  void whoAllowsNothingIsNeitherTrainedNorRenderedAndKeepsWhatIsThere() {
    small.subjectsFile("subjects: {ben: {allowed_packs: []}}\n");
    String three = twoPacks + "," + pack("snow", "a snowy photo");
    String[] settings = {three, "train.steps=5"};

    small.run(settings);

    AdapterRow ben = adapter(BEN);
    assertThat(ben.status()).isEqualTo("FAILED");
    assertThat(ben.reason()).startsWith("NO_CONSENT: this subject allows no style pack");
    assertThat(ben.allowedPacks()).isEmpty();
    assertThat(lastRun("caption").counts()).as("ana's photos alone").containsEntry("total", 4L);
    assertThat(lastRun("train").counts())
        .containsEntry("not_ready", 1L)
        .containsEntry("failed", 0L);
    assertThat(pictures(BEN).get("snow").reason()).startsWith("NO_CONSENT: ");
    assertThat(pictures(BEN).get("plain").status()).isEqualTo("DONE");
    assertThat(adapter(ANA).status()).isEqualTo("TRAINED");
    assertThat(pictures(ANA).get("snow").status()).isEqualTo("DONE");
  }

  @Test
  @Order(6)
  void goingBackToAnEarlierContractTakesTheAdapterThatIsThere() {
    small.subjectsFile(
        """
        subjects:
          ana: {consent: first, allowed_packs: [plain]}
          ben: {allowed_packs: ['*']}
        """);
    IntakeJob.run(small.context(), small.photosUri());
    JobContext context = small.context(twoPacks);

    StageResult train = TrainJob.run(context);
    StageResult generate = GenerateJob.run(context);

    assertThat(train.outputs()).containsEntry("adapters", 0L);
    assertThat(generate.counts()).containsEntry("refused", 0L);
    assertThat(generate.outputs()).containsEntry("generations", 0L);
  }

  @Test
  @Order(7)
  void whereAConsentIsRequiredNobodyIsRenderedWithoutOne() {
    StageResult result =
        GenerateJob.run(
            small.context(
                "runtime.require_consent=true",
                "generate.packs=" + pack("wood", "a wooden photo")));

    assertThat(pictures(ANA).get("wood").reason()).startsWith("PACK_NOT_ALLOWED: ");
    assertThat(pictures(BEN).get("wood").reason())
        .startsWith("NO_CONSENT: no consent is on record");
    assertThat(result.counts()).containsEntry("refused", 2L).containsEntry("failed", 0L);
  }

  @Test
  @Order(8)
  void whoHasNoPhotosThereAnyMoreCanStillWithdraw() throws IOException {
    Path withdrawals = Files.createDirectories(folder.resolve("withdrawals"));
    Files.writeString(
        withdrawals.resolve("subjects.yaml"), "subjects: {ana: {consent: , allowed_packs: []}}\n");

    StageResult intake = IntakeJob.run(small.context(), withdrawals.toUri());

    assertThat(intake.outputs()).containsEntry("subjects", 1L).containsEntry("assets", 0L);
    assertThat(small.context().tables().subjects().rows())
        .filteredOn(row -> row.subjectId().equals(ANA))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.consent()).isNull();
              assertThat(row.allowedPacks()).isEmpty();
            });
  }

  private static AdapterLineage.Contract contract(AdapterRow row) {
    try (Adapter adapter = Adapter.read(small.lake().resolve(row.uri()))) {
      AdapterLineage lineage = AdapterLineage.of(adapter.metadata()).orElseThrow();
      assertThat(lineage.adapterId()).isEqualTo(row.adapterId());
      return lineage.contract();
    }
  }

  /** The row of this subject that was written last. */
  private static AdapterRow adapter(String subject) {
    return tables.adapters().rows().stream()
        .filter(row -> row.subjectId().equals(subject))
        .max(Comparator.comparing(AdapterRow::createdAt))
        .orElseThrow();
  }

  /** The row of each pack's one picture that was written last. */
  private static Map<String, GenerationRow> pictures(String subject) {
    Map<String, RequestRow> requests =
        tables.requests().rows().stream()
            .collect(Collectors.toMap(RequestRow::requestId, Function.identity()));
    return tables.generations().rows().stream()
        .filter(row -> row.subjectId().equals(subject))
        .sorted(Comparator.comparing(GenerationRow::createdAt))
        .collect(
            Collectors.toMap(
                row -> requests.get(row.requestId()).pack().replaceFirst("@.*", ""),
                Function.identity(),
                (before, after) -> after));
  }

  private static RunRow lastRun(String stage) {
    return tables.runs().rows().stream()
        .filter(row -> row.stage().equals(stage))
        .max(Comparator.comparing(RunRow::startedAt))
        .orElseThrow();
  }

  private static long images() {
    return LakeState.files(small.lake()).keySet().stream()
        .filter(name -> name.startsWith("images/"))
        .count();
  }
}
