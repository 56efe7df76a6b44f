package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketTest {

  @ParameterizedTest
  @CsvSource({
    // Square, 3:4, 4:3, 9:16 and 16:9 photos of a camera; a size that is a bucket already.
    "3000,3000,1024,1024,1024",
    "3000,4000,1024,896,1152",
    "4000,3000,1024,1152,896",
    "2160,3840,1024,768,1344",
    "3840,2160,1024,1344,768",
    "512,512,512,512,512",
    // Smaller than wanted: not enlarged.
    "700,500,1024,640,448",
    "64,64,64,64,64",
    "544,576,64,64,64"
  })
  void keepsShapeAndArea(int width, int height, int resolution, int w, int h) {
    assertThat(Bucket.of(width, height, resolution)).isEqualTo(new Bucket(w, h));
  }

  @ParameterizedTest
  @CsvSource({"512,640,96,96", "3000,2000,1024,1024", "700,500,1024,496", "9,30,64,16"})
  void squaresAreAsLargeAsThePhotoAllows(int width, int height, int resolution, int side) {
    assertThat(BucketShape.SQUARE.of(width, height, resolution)).isEqualTo(new Bucket(side, side));
    assertThat(BucketShape.OWN.of(width, height, resolution))
        .isEqualTo(Bucket.of(width, height, resolution));
  }

  @Test
  void isAlwaysAMultipleOfSixteenWithinTheAreaAndThePhoto() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      int width = 16 + random.nextInt(4000);
      int height = 16 + random.nextInt(4000);
      int resolution = 16 * (1 + random.nextInt(100));
      Bucket bucket = Bucket.of(width, height, resolution);
      String which = width + " x " + height + " at " + resolution + ": " + bucket;
      assertThat(bucket.width() % 16).as(which).isZero();
      assertThat(bucket.height() % 16).as(which).isZero();
      assertThat(bucket.width()).as(which).isPositive();
      assertThat(bucket.height()).as(which).isPositive();
      if (Math.min(width, height) >= 64 && ratio(width, height) <= 3 && resolution >= 64) {
        assertThat((long) bucket.width() * bucket.height())
            .as(which)
            .isLessThanOrEqualTo((long) resolution * resolution);
        assertThat(bucket.width()).as(which).isLessThanOrEqualTo(width);
        assertThat(bucket.height()).as(which).isLessThanOrEqualTo(height);
      }
    }
  }

  @Test
  void cropsLittleOfAnOrdinaryPhoto() {
    Random random = new Random(8);
    for (int i = 0; i < 2_000; i++) {
      int width = 1024 + random.nextInt(3000);
      int height = 1024 + random.nextInt(3000);
      Bucket bucket = Bucket.of(width, height, 512);
      double shape = ratio(bucket.width(), bucket.height()) / ratio(width, height);
      assertThat(Math.min(shape, 1 / shape)).as(width + " x " + height).isGreaterThan(0.75);
    }
  }

  @Test
  void mirrorsRowsAndNothingElse() {
    Rgb picture = new Rgb(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 2);
    assertThat(picture.mirrored().bytes()).containsExactly(4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9);
    assertThat(picture.mirrored().mirrored().bytes()).isEqualTo(picture.bytes());
  }

  private static double ratio(int a, int b) {
    return Math.max(a, b) / (double) Math.min(a, b);
  }
}
