package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaceDetectorTest {

  @Test
  void findsAFaceWhereItIs() {
    Rgb picture = Pictures.face(900, 700, 400, 330, 320);
    try (FaceDetector detector = FaceDetector.open(Optional.empty())) {
      List<Face> faces = detector.detect(picture, picture.gray());
      assertThat(faces).hasSize(1);
      Face face = faces.get(0);
      assertThat(face.x() + face.width() / 2).isBetween(360, 440);
      assertThat(face.y() + face.height() / 2).isBetween(280, 400);
      assertThat(face.width()).isBetween(180, 420);
    }
  }

  @Test
  void findsASmallFaceInALargePictureOnASecondLook() {
    Rgb picture = Pictures.face(4000, 3000, 2600, 1200, 200);
    try (FaceDetector detector = FaceDetector.open(Optional.empty())) {
      List<Face> faces = detector.detect(picture, picture.gray());
      assertThat(faces).hasSize(1);
      assertThat(faces.get(0).x() + faces.get(0).width() / 2).isBetween(2560, 2640);
    }
  }

  @Test
  void findsNoneInAPattern() {
    try (FaceDetector detector = FaceDetector.open(Optional.empty())) {
      Rgb large = Pictures.formula(1, 400, 300);
      Rgb tiny = Pictures.formula(1, 5, 3);
      assertThat(detector.detect(large, large.gray())).isEmpty();
      assertThat(detector.detect(tiny, tiny.gray())).isEmpty();
    }
  }
}
