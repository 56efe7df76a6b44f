package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.lora.ClassPrior;
import io.atelier.lora.TrainingSet;
import io.atelier.provenance.Hashes;
import io.atelier.table.AdapterRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.LakeTables;
import io.atelier.table.PriorRow;
import io.atelier.table.TrainingStepRow;
import io.atelier.testing.LakeState;
import io.atelier.testing.SmallRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run with everything that a training can have beside its photos. */
class TrainingMethodsIT {
  private static final String[] SETTINGS = {
    "train.steps=6",
    "train.optimizer=prodigy",
    "train.learning_rate=1",
    "train.resolution=96",
    "train.progressive=64",
    "train.flip=0.5",
    "train.prior=teacher",
    "train.prior_samples=3",
    "train.prior_steps=2",
    "train.validation_photos=1",
    "train.validate_every=2"
  };

  @TempDir static Path folder;
  private static SmallRun small;
  private static LakeTables tables;

  @BeforeAll
  static void runsOnce() {
    small = new SmallRun(folder).person("ana", 0, 4).person("ben", 1, 4).person("chi", 2, 4);
    small.subjectsFile(
        """
        subjects:
          ana: {class_noun: woman}
          ben: {class_noun: man}
          chi: {class_noun: woman}
        """);
    small.run(SETTINGS);
    tables = small.context(SETTINGS).tables();
  }

  @Test
  void everybodyHasAnAdapter() {
    assertThat(tables.adapters().rows())
        .hasSize(3)
        .extracting(AdapterRow::status)
        .containsOnly("TRAINED");
    assertThat(tables.adapters().rows())
        .allSatisfy(
            row -> {
              assertThat(row.stepsDone()).isEqualTo(6);
              assertThat(row.lastValidationLoss()).isPositive();
              assertThat(tables.priors().rows())
                  .extracting(PriorRow::priorId)
                  .contains(row.priorId());
            });
    assertThat(tables.trainingSteps().rows())
        .hasSize(18)
        .extracting(TrainingStepRow::learningRate)
        .containsOnly(1.0);
  }

  @Test
  void classSamplesAreMadeOnceForAClassNoun() {
    List<PriorRow> priors = tables.priors().rows();
    assertThat(priors).extracting(PriorRow::classNoun).containsExactlyInAnyOrder("woman", "man");
    for (PriorRow row : priors) {
      Path file = small.lake().resolve(row.uri());
      assertThat(Hashes.of(file)).isEqualTo(row.sha256());
      try (ClassPrior prior = ClassPrior.read(file)) {
        assertThat(prior.rows()).hasSize(3).allSatisfy(r -> assertThat(r.velocity()).isNotNull());
      }
    }
  }

  @Test
  void photosAreEncodedAtBothResolutionsAndMirrored() throws IOException {
    try (Stream<Path> files = Files.walk(small.lake().resolve("latents"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (TrainingSet set = TrainingSet.read(file)) {
          assertThat(set.levels()).isEqualTo(2);
          for (TrainingSet.Photo photo : set.photos()) {
            assertThat(photo.views().get(0).tokens()).isLessThan(photo.views().get(1).tokens());
            assertThat(
                    photo
                        .views()
                        .get(1)
                        .mirrored()
                        .mean()
                        .equal(photo.views().get(1).plain().mean()))
                .isFalse();
          }
        }
      }
    }
  }

  @Test
  void anAdapterFileThatSomebodyHasDeletedIsMadeAgain() throws IOException {
    List<AdapterRow> rows = tables.adapters().rows();
    AdapterRow lost = rows.get(0);
    Path file = small.lake().resolve(lost.uri());
    String[] settings = Arrays.copyOf(SETTINGS, SETTINGS.length + 1);
    settings[SETTINGS.length] = "generate.packs=" + pack();
    Files.delete(file);

    GenerateJob.run(small.context(settings));
    assertThat(pictures(lost))
        .filteredOn(row -> !row.status().equals("DONE"))
        .singleElement()
        .satisfies(row -> assertThat(row.reason()).startsWith("NOT_FOUND: ").contains(lost.uri()));

    StageResult result = TrainJob.run(small.context(settings));
    GenerateJob.run(small.context(settings));

    assertThat(result.counts()).containsEntry("trained", 1L).containsEntry("failed", 0L);
    assertThat(result.outputs()).containsEntry("adapters", 0L).containsEntry("training_steps", 0L);
    assertThat(Hashes.of(file)).isEqualTo(lost.sha256());
    assertThat(tables.adapters().rows()).containsExactlyInAnyOrderElementsOf(rows);
    assertThat(pictures(lost)).extracting(GenerationRow::status).containsOnly("DONE");
  }

  private static Path pack() {
    Path file = folder.resolve("later.yaml");
    SmallRun.write(
        file,
        """
        name: later
        title: A pack of later on
        defaults: {steps: 2, width: 64, height: 64, seeds: [3]}
        looks:
          - {name: only, prompt: "a photo of {trigger} {class}"}
        """);
    return file;
  }

  private static List<GenerationRow> pictures(AdapterRow adapter) {
    return tables.generations().rows().stream()
        .filter(row -> row.adapterId().equals(adapter.adapterId()))
        .toList();
  }

  @Test
  void aSecondRunHasNothingToDo() {
    Map<String, Long> before = LakeState.versions(tables);
    small.run(SETTINGS);
    assertThat(LakeState.versions(tables)).isEqualTo(before);
  }
}
