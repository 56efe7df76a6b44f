package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.image.Landmarks.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Light, pose, crops and likeness of faces. */
class FaceMeasuresTest {
  private static final Face BOX = new Face(50, 40, 100, 100);

  @Test
  void countsBurntAndBlackPartsOfTheFaceAlone() {
    // White all over, a gray box; its corners are outside the face's ellipse.
    Rgb gray = painted(0xFF, 128, 128);
    FaceLight even = FaceLight.of(gray, BOX);
    assertThat(even.overexposed()).isZero();
    assertThat(even.underexposed()).isZero();
    assertThat(even.evenness()).isEqualTo(100, within(1e-9));

    FaceLight half = FaceLight.of(painted(128, 255, 10), BOX);
    assertThat(half.overexposed()).isEqualTo(0.5, within(0.02));
    assertThat(half.underexposed()).isEqualTo(0.5, within(0.02));
    assertThat(half.evenness()).isZero();
  }

  @Test
  void luminanceIsLinear() {
    // sRGB 89 is linear 25.5 of 255 and 88 is 25: only the darker one counts as black.
    assertThat(FaceLight.of(painted(128, 91, 91), BOX).underexposed()).isZero();
    assertThat(FaceLight.of(painted(128, 88, 88), BOX).underexposed()).isEqualTo(1);
  }

  @Test
  void aFaceThatLeavesThePictureIsMeasuredWhereItIsSeen() {
    FaceLight light = FaceLight.of(painted(255, 255, 255), new Face(-30, -30, 100, 100));
    assertThat(light.overexposed()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "30,0", "-45,0", "70,0", "0,25", "0,-30", "20,-15"})
  void recoversAPoseFromWhereThePointsFall(double yaw, double pitch) {
    HeadPose pose = HeadPose.of(projected(yaw, pitch), 640, 480).orElseThrow();
    assertThat(pose.yaw()).isEqualTo(yaw, within(0.5));
    assertThat(pose.pitch()).isEqualTo(pitch, within(0.5));
  }

  @Test
  void anAverageFaceLooksAhead() {
    HeadPose pose =
        HeadPose.of(Landmarks.typical(new Face(220, 140, 200, 200)), 640, 480).orElseThrow();
    assertThat(Math.abs(pose.yaw())).isLessThan(5);
    assertThat(Math.abs(pose.pitch())).isLessThan(20);
  }

  @Test
  void theSquareHasFaceChainsProportions() {
    // 100 / (0.35 / 1.15) = 328.57; the middle of the face is 0.5 / 1.15 down.
    assertThat(CropBox.square(1000, 1000, new Face(450, 400, 100, 100)))
        .isEqualTo(new CropBox(335, 306, 329, 329));
    assertThat(CropBox.square(1000, 300, new Face(0, 10, 200, 200)))
        .isEqualTo(new CropBox(0, 0, 300, 300));
  }

  @Test
  void theCropOfABucketFollowsTheFace() {
    Bucket square = new Bucket(512, 512);
    assertThat(CropBox.covering(2000, 1000, square, Optional.empty()))
        .isEqualTo(new CropBox(500, 0, 1000, 1000));
    assertThat(CropBox.covering(2000, 1000, square, Optional.of(new Face(1700, 100, 200, 200))))
        .isEqualTo(new CropBox(1000, 0, 1000, 1000));
    assertThat(CropBox.covering(896, 1152, new Bucket(896, 1152), Optional.empty()))
        .isEqualTo(new CropBox(0, 0, 896, 1152));
  }

  @Test
  void facesAreHeldAgainstTheOneInTheMiddle() {
    List<List<Double>> faces = List.of(at(0), at(100), at(10), at(20));
    List<Double> cosines = SamePerson.cosines(faces);
    assertThat(cosines.get(3)).isEqualTo(1, within(1e-12));
    assertThat(cosines.get(1)).isEqualTo(Math.cos(Math.toRadians(80)), within(1e-12));
    assertThat(SamePerson.cosines(List.of(at(5)))).containsExactly(1.0);
    assertThat(SamePerson.cosines(List.of())).isEmpty();
  }

  private static List<Double> at(double degrees) {
    return List.of(Math.cos(Math.toRadians(degrees)), Math.sin(Math.toRadians(degrees)));
  }

  /** 200 × 180 pixels around the box, whose halves have a gray each. */
  private static Rgb painted(int around, int left, int right) {
    byte[] rgb = new byte[3 * 200 * 180];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % 200;
      int y = i / 3 / 200;
      boolean inside = x >= 50 && x < 150 && y >= 40 && y < 140;
      rgb[i] = (byte) (inside ? x < 100 ? left : right : around);
    }
    return new Rgb(rgb, 200, 180);
  }

  /** The mean face, turned and seen from 600 mm by a camera of 640 × 480 pixels. */
  private static Landmarks projected(double yaw, double pitch) {
    double[][] face = {
      {-31.5, -33.5, 27}, {31.5, -33.5, 27}, {0, 0, 0}, {-24.5, 30, 22}, {24.5, 30, 22}
    };
    double sy = Math.sin(Math.toRadians(yaw));
    double cy = Math.cos(Math.toRadians(yaw));
    double sp = Math.sin(Math.toRadians(pitch));
    double cp = Math.cos(Math.toRadians(pitch));
    List<Point> points = new ArrayList<>();
    for (double[] p : face) {
      // Nodding first, then turning: the nose, at -z, goes down and to the right.
      double y = cp * p[1] - sp * p[2];
      double z1 = sp * p[1] + cp * p[2];
      double x = cy * p[0] - sy * z1;
      double z = sy * p[0] + cy * z1;
      points.add(new Point(320 + 640 * x / (z + 600), 240 + 640 * y / (z + 600)));
    }
    return Landmarks.of(points);
  }
}
