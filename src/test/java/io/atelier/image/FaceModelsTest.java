package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.Landmarks.Point;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Detection and identity through OpenCV, on small models with the inputs and outputs of YuNet and
 * SFace, against what OpenCV's Python package makes of the same picture.
 */
class FaceModelsTest {
  static final Path MODELS = Path.of("src/test/resources/image/faces");
  private static final Path YUNET = MODELS.resolve("yunet.onnx");
  private static final Path SFACE = MODELS.resolve("sface.onnx");

  private final Rgb people =
      Decoder.decode(Golden.resource("/image/faces/people.png"), 1_000_000).pixels();
  private final List<JsonNode> expected = Golden.list("/image/faces.json", "faces");

  @Test
  void findsFacesAndLandmarksInThePicturesOwnPixels() {
    List<Face> faces = faces();
    assertThat(faces).hasSize(expected.size());
    for (int i = 0; i < faces.size(); i++) {
      JsonNode row = expected.get(i).get("face");
      Face face = faces.get(i);
      assertThat(new double[] {face.x(), face.y(), face.width(), face.height()})
          .containsExactly(numbers(row, 0, 4), within(0.51));
      List<Point> points = face.landmarks().orElseThrow().points();
      for (int p = 0; p < points.size(); p++) {
        assertThat(new double[] {points.get(p).x(), points.get(p).y()})
            .containsExactly(numbers(row, 4 + 2 * p, 2), within(0.01));
      }
    }
  }

  @Test
  void tellsPeopleApart() {
    List<Face> faces = faces();
    try (SFace model = SFace.open(SFACE)) {
      List<List<Double>> identities =
          faces.stream().map(face -> model.embed(people, face)).toList();
      for (int i = 0; i < identities.size(); i++) {
        double[] reference = numbers(expected.get(i).get("identity"), 0, 128);
        double[] actual = identities.get(i).stream().mapToDouble(v -> v).toArray();
        assertThat(actual).containsExactly(reference, within(1e-3));
      }
      assertThat(SamePerson.cosines(identities).get(1)).isLessThan(0.363);
      assertThat(model.embed(people, new Face(1, 2, 30, 30))).isEmpty();
    }
  }

  @Test
  void measuresPoseAndIdentityWhereModelsAreGiven() {
    Measurer.Options options =
        new Measurer.Options(1_000_000, true, Optional.of(YUNET), Optional.of(SFACE), false);
    try (Measurer measurer = Measurer.open(options)) {
      Metrics metrics = measurer.metrics(people);
      assertThat(metrics.get(Metric.FACE_COUNT)).isEqualTo(3);
      assertThat(metrics.get(Metric.SECOND_FACE)).isEqualTo(1);
      assertThat(metrics.get(Metric.FACE_YAW)).isFinite();
      assertThat(metrics.get(Metric.FACE_PITCH)).isFinite();
      assertThat(metrics.identity()).hasSize(128);
    }
  }

  @Test
  void aFileThatIsNoModelIsNamed() {
    assertThatThrownBy(() -> YuNetFaces.open(MODELS.resolve("people.png")))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIG))
        .hasMessageContaining("people.png");
    assertThatThrownBy(() -> SFace.open(MODELS.resolve("none.onnx")))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("none.onnx")
        .hasMessageContaining("curate.identity_model");
  }

  /** From left to right, as the reference lists them. */
  private List<Face> faces() {
    try (FaceDetector detector = FaceDetector.open(Optional.of(YUNET))) {
      return detector.detect(people, people.gray()).stream()
          .sorted(Comparator.comparingInt(Face::x))
          .toList();
    }
  }

  private static double[] numbers(JsonNode row, int from, int count) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = row.get(from + i).asDouble();
    }
    return numbers;
  }
}
