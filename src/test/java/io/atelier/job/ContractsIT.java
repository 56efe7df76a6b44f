package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.flux.Checkpoint;
import io.atelier.lora.Adapter;
import io.atelier.lora.AdapterLineage;
import io.atelier.lora.Merge;
import io.atelier.lora.MergedCheckpoint;
import io.atelier.provenance.Ids;
import io.atelier.table.AdapterRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.LakeTables;
import io.atelier.table.LikenessRow;
import io.atelier.table.RequestRow;
import io.atelier.table.RunRow;
import io.atelier.table.SubjectRow;
import io.atelier.testing.LakeState;
import io.atelier.testing.SmallRun;
import io.atelier.worker.Effort;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.RenderedImage;
import io.atelier.worker.TrainedAdapter;
import io.atelier.worker.TrainingJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    assertThat(files("latents/")).as("ana's latents alone").hasSize(1);
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

  @Test
  @Order(9)
  void aPictureOfSomebodyWhoWithdrewWhileItWasRenderedIsNotKept() throws IOException {
    agree("{consent: third, allowed_packs: ['*']}");
    JobContext context = small.context("generate.packs=" + pack("lake", "a photo at a lake"));
    TrainJob.run(context);
    ModelSpec model = BaseModel.of(context.settings(), "float32");
    RenderPlan plan = RenderPlan.of(context, model);
    GenerationRows rows = new GenerationRows(context, model, plan);
    RequestRow request =
        plan.requests().values().stream()
            .filter(row -> row.subjectId().equals(BEN))
            .findFirst()
            .orElseThrow();
    Path picture = Path.of(context.lake().image(BEN, request.requestId()));
    Files.writeString(picture, "ben");
    agree("{consent: , allowed_packs: []}");

    rows.commit(
        List.of(
            new RenderedImage(
                request.requestId(),
                request.batchId(),
                context.lake().relative(picture.toUri()),
                "0".repeat(64),
                "0".repeat(64),
                3L,
                64,
                64,
                null,
                "cpu",
                1)));

    assertThat(picture).doesNotExist();
    assertThat(pictures(BEN).get("lake").status()).isEqualTo("FAILED");
    assertThat(pictures(BEN).get("lake").reason()).startsWith("NO_CONSENT: ");
    assertThat(rows.result(Optional.empty()).counts())
        .containsEntry("refused", 1L)
        .containsEntry("failed", 0L);
  }

  @Test
  @Order(10)
  void anAdapterOfSomebodyWhoWithdrewWhileItWasTrainedIsNotKept() throws IOException {
    agree("{consent: fourth, allowed_packs: ['*']}");
    JobContext context = small.context("train.steps=7");
    ModelSpec model = BaseModel.of(context.settings(), context.settings().train().precision());
    TrainPlan plan = new TrainPlan(context, model);
    Map<SubjectRow, TrainingJob> jobs = plan.jobs();
    AdapterRows rows = new AdapterRows(context, model, plan.recipe(), jobs);
    TrainingJob job =
        jobs.values().stream().filter(j -> j.subjectId().equals(BEN)).findFirst().orElseThrow();
    Path file = Path.of(context.lake().adapter(BEN, job.adapterId(), "0".repeat(64)));
    Path latents = Path.of(context.lake().trainingSet(BEN, job.setId()));
    Files.writeString(file, "ben");
    Files.createDirectories(latents.getParent());
    Files.writeString(latents, "ben");
    agree("{consent: , allowed_packs: []}");

    rows.commit(
        List.of(
            new TrainedAdapter(
                job.adapterId(),
                context.lake().relative(file.toUri()),
                "0".repeat(64),
                3L,
                null,
                List.of(),
                Effort.none())));

    assertThat(file).doesNotExist();
    assertThat(latents).doesNotExist();
    assertThat(adapter(BEN).adapterId()).isEqualTo(job.adapterId());
    assertThat(adapter(BEN).reason()).startsWith("NO_CONSENT: ");
    assertThat(rows.result(2).counts()).containsEntry("not_ready", 1L).containsEntry("failed", 0L);
  }

  @Test
  @Order(11)
  void aNewContractIsIssuedAlsoWhereNothingNewCanBeTrained() throws IOException {
    agree("{consent: fifth, allowed_packs: ['*']}");
    String wide = "generate.packs=" + pack("moor", "a photo on a moor");
    String[] settings = {wide, "train.steps=8", "curate.min_photos=99"};

    StageResult trained = TrainJob.run(small.context(settings));
    GenerateJob.run(small.context(settings));

    assertThat(trained.counts()).containsEntry("trained", 0L).containsEntry("issued", 1L);
    assertThat(pictures(BEN).get("moor").status()).isEqualTo("DONE");
  }

  @Test
  @Order(12)
  void anAdapterFileThatIsNotTheOneThatWasTrainedIsNotRendered() throws IOException {
    String pack = "generate.packs=" + pack("dune", "a photo on a dune");
    Path own =
        Path.of(
            small
                .context()
                .lake()
                .resolve(
                    new RequestPlan(
                            small.context(pack),
                            BaseModel.of(small.context(pack).settings(), "float32"))
                        .adapters().stream()
                            .filter(row -> row.subjectId().equals(BEN))
                            .findFirst()
                            .orElseThrow()
                            .uri()));
    Path kept = Files.copy(own, folder.resolve("kept"));
    String others =
        tables.adapters().rows().stream()
            .filter(row -> row.subjectId().equals(ANA) && row.uri() != null)
            .findFirst()
            .orElseThrow()
            .uri();
    Files.copy(small.lake().resolve(others), own, StandardCopyOption.REPLACE_EXISTING);

    GenerateJob.run(small.context(pack));

    assertThat(pictures(BEN).get("dune").status()).isEqualTo("FAILED");
    assertThat(pictures(BEN).get("dune").reason())
        .startsWith("BAD_ADAPTER: ")
        .contains("is not the file that was trained");
    Files.copy(kept, own, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  @Order(13)
  void aCheckpointWithAPersonMergedIntoItIsNoBaseForOthers() {
    Path merged = folder.resolve("merged");
    try (Adapter adapter = Adapter.read(small.lake().resolve(adapter(BEN).uri()))) {
      MergedCheckpoint.write(
          Checkpoint.open(SmallRun.MODEL),
          List.of(new Merge.Weighted(adapter, 1)),
          "ben",
          merged,
          file -> {});
    }

    assertThatThrownBy(() -> TrainJob.run(small.context("model.checkpoint=" + merged)))
        .hasMessageContaining("adapters of people are merged")
        .hasMessageContaining("consent fifth");
  }

  @Test
  @Order(14)
  void thePicturesOfSomebodyWhoHasWithdrawnAreNotMeasured() {
    Path network = Path.of("models", "atelier-tiny-identity").toAbsolutePath();

    GenerateJob.run(small.context(twoPacks, "generate.likeness_folder=" + network));

    assertThat(pictures(ANA)).as("there are some of ana, who has withdrawn").isNotEmpty();
    assertThat(tables.likenesses().rows())
        .extracting(LikenessRow::subjectId)
        .isNotEmpty()
        .containsOnly(BEN);
  }

  /** What ben agrees to from now on. */
  private static void agree(String contract) throws IOException {
    Path folderOfOne = Files.createDirectories(folder.resolve("agreements"));
    Files.writeString(
        folderOfOne.resolve("subjects.yaml"), "subjects: {ben: %s}%n".formatted(contract));
    IntakeJob.run(small.context(), folderOfOne.toUri());
  }

  private static List<String> files(String prefix) {
    return LakeState.files(small.lake()).keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .toList();
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
    return files("images/").size();
  }
}
