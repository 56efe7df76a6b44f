package io.atelier.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.store.Lake;
import io.atelier.store.Locations;
import io.atelier.worker.LikenessJob.MadePicture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a lake on this machine, held against each other as a task does it, without Spark. */
class MeasureLikenessTest {
  private static final Path NETWORK = Path.of("models", "atelier-tiny-identity");
  private static final Path IMAGES = Path.of("src/test/resources/golden/curation/images");

  @TempDir Path folder;
  private TaskSettings task;

  @BeforeEach
  void fillsALake() throws Exception {
    task = new TinyTraining(new Lake(Locations.file(folder))).task();
    Files.copy(IMAGES.resolve("gradient.png"), folder.resolve("gradient.png"));
    Files.copy(IMAGES.resolve("dark_q90.jpg"), folder.resolve("dark.jpg"));
    Files.copy(IMAGES.resolve("truncated.jpg"), folder.resolve("torn.jpg"));
  }

  @Test
  void aPictureIsLikeThePhotoThatItIs() {
    List<MeasuredLikeness> results = measure(List.of("gradient.png"), "gradient.png", "dark.jpg");

    assertThat(results.get(0).likeness()).isCloseTo(1, within(1e-6));
    assertThat(results.get(1).likeness()).isLessThan(0.999);
    assertThat(results).extracting(MeasuredLikeness::photos).containsOnly(1);
    assertThat(results).extracting(MeasuredLikeness::reason).containsOnlyNulls();
    assertThat(task.done().value()).isEqualTo(2);
  }

  @Test
  void photosThatCannotBeReadAreLeftOut() {
    List<MeasuredLikeness> results =
        measure(List.of("gone.jpg", "gradient.png", "torn.jpg"), "gradient.png");

    assertThat(results.get(0).photos()).isEqualTo(1);
    assertThat(results.get(0).likeness()).isCloseTo(1, within(1e-6));
  }

  @Test
  void withoutAPhotoThereIsAReasonThatNamesTheCause() {
    assertThat(measure(List.of("gone.jpg", "torn.jpg"), "dark.jpg"))
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.likeness()).isNull();
              assertThat(result.reason()).startsWith("NO_PHOTO: ").contains("torn.jpg");
            });
    assertThat(measure(List.of(), "dark.jpg").get(0).reason()).contains("has none of them");
  }

  @Test
  void aPictureThatCannotBeReadStopsNoOther() {
    List<MeasuredLikeness> results =
        measure(List.of("gradient.png"), "torn.jpg", "gone.png", "gradient.png");

    assertThat(results.get(0).reason()).startsWith("BAD_INPUT: ");
    assertThat(results.get(1).reason()).startsWith("NOT_FOUND: ");
    assertThat(results.get(2).likeness()).isCloseTo(1, within(1e-6));
  }

  @Test
  void aMachineWithoutTheNetworkSaysSo() {
    LikenessSpec elsewhere = new LikenessSpec(folder.resolve("none").toString(), "0");

    assertThatThrownBy(
            () -> new MeasureLikeness(elsewhere, task).apply(List.<LikenessJob>of().iterator()))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("this machine lacks the network")
        .extracting(failure -> ((AtelierException) failure).code())
        .isEqualTo(ErrorCode.BAD_CHECKPOINT);
  }

  @Test
  void aNetworkWithoutAnEmbeddingIsRefusedBeforeAnythingIsDone() {
    Path classifier = Path.of("src/test/resources/predictors/safety");

    assertThatThrownBy(() -> LikenessSpec.of(classifier))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("no output embedding");
  }

  private List<MeasuredLikeness> measure(List<String> photos, String... pictures) {
    List<MadePicture> made =
        List.of(pictures).stream()
            .map(file -> new MadePicture("request-of-" + file, "adapter", file, "0"))
            .toList();
    LikenessJob job = new LikenessJob("ana", photos, made);
    return new MeasureLikeness(LikenessSpec.of(NETWORK), task).apply(List.of(job).iterator());
  }
}
