package io.atelier.sample;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Drawn faces have to look like faces to a detector that was trained on photographs. */
class FaceDetectionTest {
  private static final int SHOTS = 100;

  @Test
  void theHaarCascadeFindsOneClearFaceInNearlyEveryFrontalPortrait() {
    assertThat(FaceRate.portraits(SHOTS, 384)).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void theHaarCascadeFindsMostFacesInSmallPicturesToo() {
    assertThat(FaceRate.enlarged(SHOTS, 96)).isGreaterThanOrEqualTo(0.85);
  }
}
