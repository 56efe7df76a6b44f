package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.nn.Torch;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class PicturesTest {

  @Test
  void roundsHalvesToTheEvenByteAndClips() {
    try (PointerScope scope = new PointerScope()) {
      // 127.5, 128.5 and 64.5 of 255; the last two of the six are outside the range.
      float[] row = {0f, 0.007843138f, -0.49411765f, 1f, -7f, 7f};
      float[] values = new float[3 * row.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = row[i % row.length];
      }
      Tensor image = Torch.tensor(values, 1, 3, 1, row.length);
      byte[] rgb = Pictures.of(image).get(0).rgb();
      int[] red = new int[row.length];
      for (int x = 0; x < red.length; x++) {
        red[x] = rgb[3 * x] & 0xff;
      }
      assertThat(red).containsExactly(128, 128, 64, 255, 0, 255);
    }
  }

  @Test
  void keepsRowsAndColoursInPlace() {
    try (PointerScope scope = new PointerScope()) {
      float[] values = new float[2 * 3 * 2 * 4];
      for (int i = 0; i < values.length; i++) {
        values[i] = 2f * i / 255f - 1f;
      }
      List<Picture> pictures = Pictures.of(Torch.tensor(values, 2, 3, 2, 4));
      assertThat(pictures).hasSize(2);
      Picture second = pictures.get(1);
      assertThat(second.width()).isEqualTo(4);
      assertThat(second.height()).isEqualTo(2);
      // Pixel (row 1, column 2): planes of 8 values, the second image starts at 24.
      assertThat(second.rgb()[3 * 6]).isEqualTo((byte) 30);
      assertThat(second.rgb()[3 * 6 + 1]).isEqualTo((byte) 38);
      assertThat(second.rgb()[3 * 6 + 2]).isEqualTo((byte) 46);
    }
  }

  @Test
  void writesAPngThatOthersReadAndTheSameOneEveryTime() throws IOException {
    byte[] rgb = new byte[3 * 5 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 5);
    }
    Picture picture = new Picture(5, 3, rgb);
    byte[] png = picture.png();
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(read.getWidth()).isEqualTo(5);
    assertThat(read.getHeight()).isEqualTo(3);
    int pixel = 3 * (2 * 5 + 4);
    assertThat(read.getRGB(4, 2) & 0xffffff)
        .isEqualTo(
            (rgb[pixel] & 0xff) << 16 | (rgb[pixel + 1] & 0xff) << 8 | rgb[pixel + 2] & 0xff);
    assertThat(picture.png()).isEqualTo(png);
  }

  @Test
  void refusesBytesThatDoNotFillTheImage() {
    assertThatThrownBy(() -> new Picture(5, 3, new byte[44])).isInstanceOf(AtelierException.class);
  }
}
