package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Training images, thumbnails, colour names and near-duplicates. */
class PreparationTest {
  @Test
  void severalSizesAndStripsOfRowsGiveWhatOneGives() {
    Gray gray = Pictures.formula(4, 70, 1100).gray();
    List<PillowResize.Size> sizes =
        List.of(
            new PillowResize.Size(32, 1100),
            new PillowResize.Size(90, 40),
            new PillowResize.Size(70, 1100));
    List<Gray> copies = gray.resize(sizes);
    for (int i = 0; i < sizes.size(); i++) {
      Gray one = gray.resize(sizes.get(i).width(), sizes.get(i).height());
      assertThat(copies.get(i).bytes()).isEqualTo(one.bytes());
    }
    // A row's own pixels make it narrower, whatever stands above and below.
    for (int y : new int[] {0, 511, 512, 1023, 1024, 1099}) {
      Gray row = gray.crop(0, y, 70, 1).resize(32, 1);
      assertThat(copies.get(0).crop(0, y, 32, 1).bytes()).isEqualTo(row.bytes());
    }
  }

  @Test
  void coversTheSizeAndCropsTheMiddle() {
    Rgb picture = Pictures.formula(1, 300, 100);
    Rgb square = TrainingImages.cover(picture, 64, 64, Optional.empty());
    assertThat(square.sha256()).isEqualTo(picture.resize(192, 64).crop(64, 0, 64, 64).sha256());
  }

  @Test
  void keepsTheFaceInTheCrop() {
    Rgb picture = Pictures.formula(1, 300, 100);
    Face right = new Face(270, 20, 30, 30);
    Rgb square = TrainingImages.cover(picture, 64, 64, Optional.of(right));
    assertThat(square.sha256()).isEqualTo(picture.resize(192, 64).crop(128, 0, 64, 64).sha256());
  }

  @Test
  void neverLeavesThePictureAtOddSizes() {
    for (int side = 17; side < 90; side += 5) {
      Rgb cover =
          TrainingImages.cover(Pictures.formula(2, side, 91 - side), 48, 32, Optional.empty());
      assertThat(cover.width()).isEqualTo(48);
      assertThat(cover.height()).isEqualTo(32);
    }
  }

  @Test
  void refusesASizeTheModelCannotPack() {
    Rgb picture = Pictures.formula(1, 30, 30);
    assertThatThrownBy(() -> TrainingImages.cover(picture, 60, 64, Optional.empty()))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("60 x 64");
  }

  @Test
  void laysOutPlanesFromMinusOneToOne() {
    float[] planes = TrainingImages.planes(new Rgb(new byte[] {0, -1, 51, -1, 0, 102}, 2, 1));
    assertThat(planes).containsExactly(new float[] {-1, 1, 1, -1, -0.6f, -0.2f}, within(1e-6f));
  }

  @Test
  void writesThumbnailsThatDecodeAgain() {
    Rgb picture = Pictures.formula(4, 400, 200);
    Rgb back = Decoder.decode(Thumbnails.png(picture), 1_000_000).pixels();
    assertThat(back.sha256()).isEqualTo(picture.sha256());
    Rgb small = Decoder.decode(Thumbnails.jpeg(picture, 100), 1_000_000).pixels();
    assertThat(small.width()).isEqualTo(100);
    assertThat(small.height()).isEqualTo(50);
  }

  @Test
  void namesColorsByTheirShare() {
    byte[] rgb = new byte[3 * 90 * 60];
    for (int i = 0; i < 90 * 60; i++) {
      boolean left = i % 90 < 60;
      byte[] color = left ? new byte[] {40, 90, (byte) 200} : new byte[] {(byte) 205, 30, 40};
      System.arraycopy(color, 0, rgb, 3 * i, 3);
    }
    assertThat(Colors.of(new Rgb(rgb, 90, 60)).dominant(3)).containsExactly("blue", "red");
    byte[] gray = new byte[3 * 8 * 8];
    Arrays.fill(gray, (byte) 128);
    assertThat(Colors.of(new Rgb(gray, 8, 8)).dominant(3)).containsExactly("gray");
  }

  @Test
  void leavesOutRepeatsOfAKeptPhotoOnly() {
    // a-b and b-c are near each other, a-c is not: a chain must not swallow c.
    NearDuplicates.Photo a = photo("a", "000000000000000f", 900);
    NearDuplicates.Photo b = photo("b", "00000000000000ff", 800);
    NearDuplicates.Photo c = photo("c", "0000000000000fff", 700);
    NearDuplicates.Photo flat = new NearDuplicates.Photo("d", a.phash(), 1, 1, 1, 0.5);
    assertThat(NearDuplicates.find(List.of(c, flat, b, a), 4))
        .containsOnlyKeys("b")
        .containsEntry("b", new NearDuplicates.Match("a", 4));
    assertThat(NearDuplicates.find(List.of(a, a, b), -1)).isEmpty();
  }

  private static NearDuplicates.Photo photo(String id, String phash, long pixels) {
    return new NearDuplicates.Photo(id, phash, pixels, 20, 1000, 7);
  }
}
