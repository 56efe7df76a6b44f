package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ThumbnailDescriptorTest {
  private static final ThumbnailDescriptor DESCRIPTOR = new ThumbnailDescriptor();

  @Test
  void isLumaLessItsMeanAndChromaScaledToLengthOne() {
    // Left half red, right half black; the mean is half of red's luma.
    byte[] rgb = new byte[3 * 64 * 32];
    for (int i = 0; i < 64 * 32; i++) {
      rgb[3 * i] = i % 64 < 32 ? (byte) 200 : 0;
    }
    float[] values = DESCRIPTOR.values(new Rgb(rgb, 64, 32));
    double luma = 0.299 * 200;
    double cb = 0.564 * -luma;
    double cr = 0.713 * (200 - luma);
    double scale = luma / 2 / values[0];
    assertThat(values).hasSize(384);
    assertThat(scale * values[15]).isCloseTo(-luma / 2, within(0.3));
    assertThat(scale * values[256]).isCloseTo(cb, within(0.3));
    assertThat((double) values[256 + 7]).isZero();
    assertThat(scale * values[320]).isCloseTo(cr, within(0.6));
    assertThat(cosine(values, values)).isCloseTo(1, within(1e-6));
  }

  @Test
  void tellsTheSamePictureFromOthers() {
    Rgb picture = Pictures.face(320, 240, 120, 110, 120);
    assertThat(likeness(picture, picture.resize(100, 75))).isGreaterThan(0.995);
    assertThat(likeness(picture, scaled(picture, 0.8))).isGreaterThan(0.995);
    assertThat(likeness(picture, picture.crop(3, 2, 314, 236))).isGreaterThan(0.98);
    assertThat(likeness(picture, picture.mirrored())).isLessThan(0.9);
    assertThat(likeness(picture, swapped(picture))).isLessThan(0.97);
  }

  @Test
  void aGrayFieldIsLikeNothing() {
    byte[] gray = new byte[3 * 40 * 40];
    Arrays.fill(gray, (byte) 128);
    assertThat(likeness(new Rgb(gray, 40, 40), Pictures.formula(1, 64, 64)))
        .isCloseTo(0, within(1e-6));
  }

  private static double likeness(Rgb one, Rgb other) {
    return cosine(DESCRIPTOR.values(one), DESCRIPTOR.values(other));
  }

  private static double cosine(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  private static Rgb scaled(Rgb picture, double factor) {
    byte[] rgb = picture.bytes().clone();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) Math.round((rgb[i] & 0xFF) * factor);
    }
    return new Rgb(rgb, picture.width(), picture.height());
  }

  /** With red and blue swapped. */
  private static Rgb swapped(Rgb picture) {
    byte[] rgb = picture.bytes().clone();
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = picture.bytes()[i + 2];
      rgb[i + 2] = picture.bytes()[i];
    }
    return new Rgb(rgb, picture.width(), picture.height());
  }
}
