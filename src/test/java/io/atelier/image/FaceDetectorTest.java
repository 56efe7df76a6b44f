package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaceDetectorTest {

  @Test
  void findsAFaceWhereItIs() {
    Face face = onlyFace(Pictures.face(900, 700, 400, 330, 320));
    assertThat(face.x() + face.width() / 2).isBetween(360, 440);
    assertThat(face.y() + face.height() / 2).isBetween(280, 400);
    assertThat(face.width()).isBetween(180, 420);
  }

  @Test
  void findsASmallFaceInALargePictureOnASecondLook() {
    Face face = onlyFace(Pictures.face(4000, 3000, 2600, 1200, 200));
    assertThat(face.x() + face.width() / 2).isBetween(2560, 2640);
  }

  @Test
  void findsWhoStandsBesideSomebodyInALargePicture() {
    for (int second : new int[] {300, 330, 400}) {
      Rgb both =
          Pictures.beside(
              Pictures.face(4000, 3000, 1200, 1300, 420),
              Pictures.face(4000, 3000, 2800, 1400, second));
      try (FaceDetector detector = FaceDetector.open(Optional.empty())) {
        assertThat(detector.detect(both, both.gray())).as("%d pixels", second).hasSize(2);
      }
    }
  }

  private static Face onlyFace(Rgb picture) {
    try (FaceDetector detector = FaceDetector.open(Optional.empty())) {
      List<Face> faces = detector.detect(picture, picture.gray());
      assertThat(faces).hasSize(1);
      return faces.get(0);
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
