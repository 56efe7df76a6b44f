package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import io.atelier.evaluate.Gallery;
import io.atelier.evaluate.PortraitModel;
import io.atelier.image.Decoder;
import io.atelier.image.Rgb;
import io.atelier.lora.Adapter;
import io.atelier.nn.Torch;
import io.atelier.provenance.Hashes;
import io.atelier.provenance.Ids;
import io.atelier.table.AdapterRow;
import io.atelier.table.AssetRow;
import io.atelier.table.CaptionRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.LakeTables;
import io.atelier.table.LikenessRow;
import io.atelier.table.RequestRow;
import io.atelier.table.RunRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.TrainingStepRow;
import io.atelier.table.VerdictRow;
import io.atelier.testing.LakeState;
import io.atelier.testing.SmallRun;
import io.delta.tables.DeltaTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All stages over one lake: what a first, a second and a later run with one more person do. */
class RunJobIT {
  private static final Path JUDGE = Path.of("models", "atelier-tiny-identity");
  private static final String LIKENESS = "generate.likeness_folder=" + JUDGE.toAbsolutePath();

  @TempDir static Path folder;
  private static SmallRun small;
  private static LakeTables tables;
  private static List<StageResult> first;

  @BeforeAll
  static void runsOnce() {
    small = new SmallRun(folder).person("ana", 0, 5).person("ben", 1, 5);
    small.subjectsFile(
        """
        subjects:
          ana: {class_noun: woman, consent: contract 17}
          ben: {class_noun: man, trigger_token: benvok}
        """);
    JobContext context = small.context(LIKENESS);
    first = RunJob.run(context, small.photosUri());
    tables = context.tables();
  }

  @Test
  void everyStageFillsItsTable() {
    assertThat(first).extracting(StageResult::stage).hasSize(6).doesNotHaveDuplicates();
    assertThat(first).allSatisfy(result -> assertThat(result.failed()).isZero());
    Map<String, Long> counts = LakeState.counts(tables);
    assertThat(counts.remove("priors")).as("class samples only where asked for").isZero();
    for (String table : List.of("descriptions", "predictions")) {
      assertThat(counts.remove(table)).as("no model was asked").isZero();
    }
    assertThat(counts.values()).doesNotContain(0L);
    assertThat(tables.subjects().rows())
        .extracting(SubjectRow::name, SubjectRow::classNoun, SubjectRow::consent)
        .contains(tuple("ana", "woman", "contract 17"), tuple("ben", "man", null));
    assertThat(stages(first.get(0))).isNotEmpty();
    assertThat(tables.runs().rows()).extracting(RunRow::status).containsOnly("DONE");
  }

  @Test
  void nobodyOfASecondFolderMayHaveTheNameOfSomebodyOfTheFirst(@TempDir Path other) {
    SmallRun twice = new SmallRun(other).person("ana", 2, 1);
    assertThatThrownBy(() -> RunJob.run(small.context(), small.photosUri(), twice.photosUri()))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("[ana]");
  }

  @Test
  void aFreshLakeTakesThePeopleOfTwoFolders(@TempDir Path here, @TempDir Path there) {
    SmallRun drawn = new SmallRun(here).person("chi", 2, 5);
    SmallRun own = new SmallRun(there).person("dora", 3, 5);
    JobContext context = drawn.context();
    List<StageResult> results = RunJob.run(context, drawn.photosUri(), own.photosUri());
    assertThat(results).allSatisfy(result -> assertThat(result.failed()).isZero());
    assertThat(context.tables().subjects().rows())
        .extracting(SubjectRow::name)
        .containsExactlyInAnyOrder("chi", "dora");
    assertThat(context.tables().runs().rows())
        .filteredOn(run -> run.stage().equals("intake"))
        .extracting(RunRow::status)
        .containsExactly("DONE", "DONE");
  }

  @Test
  void everyInputHasOneAssetAndOneVerdict() {
    assertThat(tables.verdicts().rows())
        .extracting(VerdictRow::inputId)
        .doesNotHaveDuplicates()
        .hasSameElementsAs(tables.assets().rows().stream().map(AssetRow::inputId).toList());
  }

  @Test
  void everyPictureCanBeTracedToTheAcceptedPhotosOfItsSubject() {
    Map<String, SubjectRow> subjects = by(tables.subjects().rows(), SubjectRow::subjectId);
    Map<String, AdapterRow> adapters = by(tables.adapters().rows(), AdapterRow::adapterId);
    Map<String, RequestRow> requests = by(tables.requests().rows(), RequestRow::requestId);
    assertThat(tables.generations().rows()).hasSize(requests.size());
    for (GenerationRow picture : tables.generations().rows()) {
      RequestRow request = requests.get(picture.requestId());
      AdapterRow adapter = adapters.get(request.adapterId());
      assertThat(picture.status()).isEqualTo("DONE");
      assertThat(picture.adapterId()).isEqualTo(adapter.adapterId());
      assertThat(picture.batchId()).isEqualTo(request.batchId());
      assertThat(List.of(picture.subjectId(), request.subjectId()))
          .containsOnly(adapter.subjectId());
      assertThat(request.prompt()).contains(subjects.get(adapter.subjectId()).triggerToken());
    }
    adapters.values().forEach(RunJobIT::tracesItsPhotos);
  }

  @Test
  void everyPictureIsHeldAgainstAllPhotosOfItsAdapter() throws Exception {
    Map<String, AdapterRow> adapters = by(tables.adapters().rows(), AdapterRow::adapterId);
    Map<String, GenerationRow> made = by(tables.generations().rows(), GenerationRow::requestId);
    List<LikenessRow> rows = tables.likenesses().rows();
    assertThat(rows).extracting(LikenessRow::requestId).hasSameElementsAs(made.keySet());
    try (PortraitModel judge = PortraitModel.open(JUDGE.resolve("model.onnx"))) {
      for (LikenessRow row : rows) {
        List<Rgb> photos = new ArrayList<>();
        for (String asset : adapters.get(row.adapterId()).assetIds()) {
          photos.add(picture(small.lake().resolve(uri(asset))));
        }
        Gallery gallery = new Gallery();
        int person = gallery.add(judge.look(photos));
        Rgb picture = picture(small.lake().resolve(made.get(row.requestId()).uri()));
        assertThat(row.likeness())
            .isCloseTo(gallery.likeness(judge.look(List.of(picture)).get(0), person), within(1e-5));
        assertThat(row.photos()).isEqualTo(photos.size());
        assertThat(row.status()).isEqualTo("DONE");
      }
    }
  }

  private static String uri(String assetId) {
    return tables.assets().rows().stream()
        .filter(asset -> asset.assetId().equals(assetId))
        .findFirst()
        .orElseThrow()
        .uri();
  }

  private static Rgb picture(Path file) throws Exception {
    return Decoder.decode(Files.readAllBytes(file), Long.MAX_VALUE).pixels();
  }

  @Test
  void aPictureThatCannotBeReadHasAReasonAndIsMeasuredOnceItCan() throws Exception {
    List<LikenessRow> before = tables.likenesses().rows();
    GenerationRow torn = tables.generations().rows().get(0);
    Path file = small.lake().resolve(torn.uri());
    byte[] good = Files.readAllBytes(file);
    Files.writeString(file, "torn");
    DeltaTable.forPath(small.context().spark(), tables.likenesses().path())
        .delete("request_id = '" + torn.requestId() + "'");

    StageResult result;
    Map<String, Long> versions;
    try {
      result = GenerateJob.run(small.context(LIKENESS));
      versions = LakeState.versions(tables);
      versions.remove("runs");
      GenerateJob.run(small.context(LIKENESS));
    } finally {
      Files.write(file, good);
    }

    assertThat(result.message()).endsWith(", likeness of 1 not measured");
    assertThat(result.counts()).containsEntry("unmeasured", 1L).containsEntry("failed", 0L);
    LikenessRow without =
        by(tables.likenesses().rows(), LikenessRow::requestId).get(torn.requestId());
    assertThat(without.status()).isEqualTo("FAILED");
    assertThat(without.likeness()).isNull();
    assertThat(without.reason()).startsWith("BAD_INPUT: ");
    assertThat(LakeState.versions(tables))
        .as("the same reason again is not written again")
        .containsAllEntriesOf(versions);
    assertThat(GenerateJob.run(small.context(LIKENESS)).outputs()).containsEntry("likenesses", 1L);
    assertThat(tables.likenesses().rows())
        .extracting(LikenessRow::requestId, LikenessRow::likeness)
        .isEqualTo(before.stream().map(row -> tuple(row.requestId(), row.likeness())).toList());
  }

  private static void tracesItsPhotos(AdapterRow adapter) {
    Map<String, CaptionRow> captions = by(tables.captions().rows(), CaptionRow::captionId);
    Map<String, VerdictRow> verdicts = by(tables.verdicts().rows(), VerdictRow::inputId);
    Map<String, AssetRow> assets = by(tables.assets().rows(), AssetRow::inputId);
    assertThat(adapter.assetIds()).hasSizeGreaterThanOrEqualTo(3).isSorted();
    assertThat(adapter.captionIds()).hasSameSizeAs(adapter.assetIds());
    for (int i = 0; i < adapter.assetIds().size(); i++) {
      CaptionRow caption = captions.get(adapter.captionIds().get(i));
      VerdictRow verdict = verdicts.get(caption.inputId());
      AssetRow asset = assets.get(caption.inputId());
      assertThat(List.of(caption.assetId(), verdict.assetId(), asset.assetId()))
          .containsOnly(adapter.assetIds().get(i));
      assertThat(List.of(caption.subjectId(), verdict.subjectId(), asset.subjectId()))
          .containsOnly(adapter.subjectId());
      assertThat(verdict.decision()).isEqualTo("ACCEPT");
      assertThat(caption.text()).containsOnlyOnce(adapter.triggerToken());
      assertThat(Hashes.of(small.lake().resolve(asset.uri()))).isEqualTo(asset.assetId());
    }
  }

  @Test
  void everyFileIsTheOneItsRowDescribes() throws Exception {
    Map<String, String> files = LakeState.files(small.lake());
    for (AdapterRow row : tables.adapters().rows()) {
      assertThat(files).containsEntry(row.uri(), row.sha256());
      assertThat(Files.size(small.lake().resolve(row.uri()))).isEqualTo(row.bytes());
    }
    for (GenerationRow row : tables.generations().rows()) {
      assertThat(files).containsEntry(row.uri(), row.sha256());
      assertThat(row.uri()).endsWith(".png");
    }
    assertThat(LakeState.stamps(small.lake()).keySet())
        .anyMatch(name -> name.matches("reports/\\w+/index.html"))
        .anyMatch(name -> name.matches("reports/\\w+/contact-sheet.png"));
  }

  @Test
  void trainingStepsCountFromOneToTheLast() {
    Map<String, List<Integer>> steps =
        tables.trainingSteps().rows().stream()
            .collect(
                Collectors.groupingBy(
                    TrainingStepRow::adapterId,
                    Collectors.mapping(TrainingStepRow::step, Collectors.toList())));
    assertThat(steps).hasSameSizeAs(tables.adapters().rows());
    assertThat(steps.values())
        .allSatisfy(list -> assertThat(list).containsExactlyInAnyOrder(1, 2, 3, 4));
  }

  @Test
  void adaptersCanBeReadAndDiffer() {
    List<float[]> values = new ArrayList<>();
    for (AdapterRow row : tables.adapters().rows()) {
      try (Adapter adapter = Adapter.read(small.lake().resolve(row.uri()))) {
        String module = adapter.modules().iterator().next();
        values.add(Torch.floats(adapter.pair(module).b()));
        assertThat(adapter.rank()).isEqualTo(row.rank());
        assertThat(adapter.metadata())
            .containsEntry("atelier.adapter_id", row.adapterId())
            .containsEntry("atelier.trigger_token", row.triggerToken());
      }
    }
    assertThat(values.get(0)).isNotEqualTo(values.get(1));
    assertThat(values).allSatisfy(b -> assertThat(b).isNotEqualTo(new float[b.length]));
  }

  @Test
  void aSecondRunChangesNothingButTheRunsTable() {
    Map<String, Long> versions = LakeState.versions(tables);
    Map<String, Long> counts = LakeState.counts(tables);
    Map<String, String> files = LakeState.stamps(small.lake());
    long runs = tables.runs().read().count();

    List<StageResult> results = small.run(LIKENESS);

    assertThat(results).allSatisfy(r -> assertThat(r.outputs().values()).allMatch(n -> n == 0));
    assertThat(LakeState.versions(tables)).isEqualTo(versions);
    assertThat(LakeState.counts(tables)).isEqualTo(counts);
    assertThat(LakeState.stamps(small.lake())).isEqualTo(files);
    assertThat(tables.runs().read().count()).isEqualTo(runs + 6);
  }

  @Test
  void ofABatchThatWasHalfDoneOnlyTheMissingPictureIsWritten() throws Exception {
    Map<String, List<GenerationRow>> batches =
        tables.generations().rows().stream().collect(Collectors.groupingBy(GenerationRow::batchId));
    GenerationRow lost =
        batches.values().stream().filter(rows -> rows.size() > 1).findFirst().orElseThrow().get(0);
    Map<String, String> files = LakeState.files(small.lake());
    Map<String, String> stamps = LakeState.stamps(small.lake());
    DeltaTable.forPath(small.context().spark(), tables.generations().path())
        .delete("request_id = '" + lost.requestId() + "'");
    Files.delete(small.lake().resolve(lost.uri()));

    StageResult result = GenerateJob.run(small.context(LIKENESS));

    assertThat(result.outputs()).containsEntry("generations", 1L);
    assertThat(LakeState.files(small.lake())).isEqualTo(files);
    Map<String, String> now = LakeState.stamps(small.lake());
    stamps.remove(lost.uri());
    assertThat(now).containsAllEntriesOf(stamps);
  }

  @Test
  void oneMorePersonAddsOnlyRowsOfTheirOwn() {
    Map<String, List<String>> rows = LakeState.rows(small.lake());
    Map<String, String> files = LakeState.files(small.lake());
    small.person("chi", 2, 4);

    small.run(LIKENESS);

    String chi = Ids.subject("chi");
    Map<String, List<String>> later = LakeState.rows(small.lake());
    // These are of contents and class nouns, whosever they are.
    later.keySet().removeAll(Set.of("priors", "descriptions", "measurements", "predictions"));
    later.forEach(
        (table, now) -> {
          Set<String> fresh = new HashSet<>(now);
          assertThat(fresh).as(table).containsAll(rows.get(table));
          fresh.removeAll(rows.get(table));
          assertThat(fresh).as(table).isNotEmpty().allMatch(row -> row.contains(chi));
        });
    assertThat(LakeState.files(small.lake())).containsAllEntriesOf(files);
  }

  private static List<String> stages(StageResult result) {
    return tables.runs().rows().stream().map(RunRow::stage).filter(result.stage()::equals).toList();
  }

  private static <K, R> Map<K, R> by(List<R> rows, Function<R, K> key) {
    return rows.stream().collect(Collectors.toMap(key, row -> row));
  }
}
