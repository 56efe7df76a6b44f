package io.atelier.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.image.BucketShape;
import io.atelier.lora.TrainingSet;
import io.atelier.nn.Precision;
import io.atelier.store.Lake;
import io.atelier.store.Locations;
import io.atelier.testing.SmallRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A photo of 320 x 240 in a lake, encoded as a task does it. */
class EncodeSubjectsTest {
  private static final String PHOTO = "photos/ana/wide.jpg";

  @TempDir Path folder;
  private TinyTraining tiny;

  @BeforeEach
  void putsAPhotoIntoALake() throws Exception {
    tiny = new TinyTraining(new Lake(Locations.file(folder)));
    Files.createDirectories(folder.resolve(PHOTO).getParent());
    Files.copy(
        Path.of("src/test/resources/golden/curation/images/gradient_q90.jpg"),
        folder.resolve(PHOTO));
  }

  @Test
  void aWidePhotoIsTrainedInItsOwnShape() {
    assertThat(latents(BucketShape.OWN)).containsExactly(14L, 18L);
  }

  @Test
  void orAsASquareForAModelThatHasSeenNothingElse() {
    assertThat(latents(BucketShape.SQUARE)).containsExactly(16L, 16L);
  }

  private List<Long> latents(BucketShape shape) {
    TrainingJob job = job(shape);
    ModelSpec model = new ModelSpec(SmallRun.MODEL.toString(), "random", Precision.FLOAT32, 8);

    List<EncodeSubjects.Encoded> results =
        new EncodeSubjects(model, tiny.task()).apply(List.of(job).iterator());

    assertThat(results).extracting(EncodeSubjects.Encoded::reason).containsOnlyNulls();
    Path file = Path.of(tiny.lake().trainingSet(job.subjectId(), job.setId()).getPath());
    try (TrainingSet set = TrainingSet.read(file)) {
      long[] size = set.photos().get(0).views().get(0).plain().mean().shape();
      return List.of(size[1], size[2]);
    }
  }

  private static TrainingJob job(BucketShape shape) {
    TrainingJob job = TinyTraining.job("ana", 20);
    return new TrainingJob(
        job.adapterId(),
        job.trainingId(),
        shape.name(),
        job.subjectId(),
        List.of(new TrainingPhoto("wide", PHOTO, "caption", "a photo of sks woman", null)),
        job.lora(),
        job.inversion(),
        job.train(),
        List.of(128),
        shape,
        job.mirrored(),
        job.prior(),
        job.lineage());
  }
}
