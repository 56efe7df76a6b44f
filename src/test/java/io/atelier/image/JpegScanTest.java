package io.atelier.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walk over a JPEG's codes is never more lenient than the platform's libjpeg. */
class JpegScanTest {

  /** Subsampled, not subsampled, gray, and with restart markers. */
  static List<byte[]> sequential() {
    return List.of(
        Golden.image("gradient_q90.jpg"),
        Golden.image("gradient_444.jpg"),
        Golden.image("gradient_gray.jpg"),
        encoded(opencv_imgcodecs.IMWRITE_JPEG_RST_INTERVAL, 3),
        encoded(opencv_imgcodecs.IMWRITE_JPEG_OPTIMIZE, 1));
  }

  @ParameterizedTest
  @MethodSource("sequential")
  void isCertainOfWholeFiles(byte[] jpeg) {
    assertThat(JpegScan.isWhole(jpeg)).isTrue();
    assertThat(JpegData.damage(jpeg)).isEmpty();
  }

  @Test
  void leavesProgressiveFilesToLibjpeg() {
    assertThat(JpegScan.isWhole(Golden.image("gradient_progressive.jpg"))).isFalse();
  }

  @ParameterizedTest
  @MethodSource("sequential")
  void isNotCertainOfFilesThatWereCutAndClosedAgain(byte[] jpeg) {
    for (int length = 2; length < jpeg.length - 2; length += 53) {
      byte[] cut = Arrays.copyOf(jpeg, length + 2);
      cut[length] = (byte) 0xFF;
      cut[length + 1] = (byte) 0xD9;
      assertThat(JpegScan.isWhole(cut)).as("cut to %d", length).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("sequential")
  void whatItIsCertainOfHasNoDamageForLibjpeg(byte[] jpeg) {
    Random random = new Random(jpeg.length);
    int certain = 0;
    for (int i = 0; i < 300; i++) {
      byte[] flipped = jpeg.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      if (JpegScan.isWhole(flipped)) {
        certain++;
        assertThat(JpegData.damage(flipped)).isEmpty();
      }
    }
    assertThat(certain).isLessThan(300);
  }

  private static byte[] encoded(int option, int value) {
    BytePointer out = new BytePointer();
    opencv_imgcodecs.imencode(
        new BytePointer(".jpg"),
        OpenCv.bgr(Pictures.formula(2, 150, 90)),
        out,
        new IntPointer(option, value));
    byte[] bytes = new byte[Math.toIntExact(out.limit())];
    out.get(bytes);
    return bytes;
  }
}
