package io.atelier.image;

import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEG files in CMYK or YCCK, as print shops make them. With an embedded profile its colours are
 * converted to sRGB; without one each channel is (255 − ink) · (255 − black) / 255, as in Pillow.
 */
final class Cmyk {
  private static final int CHANNELS = 4;

  private Cmyk() {}

  static Rgb decode(byte[] file, Header header, Optional<ColorProfile> profile)
      throws RefusedImage {
    byte[] ink = samples(file, header);
    JpegFile.Adobe adobe = JpegFile.adobe(file);
    if (adobe == JpegFile.Adobe.YCCK) {
      toCmyk(ink);
    }
    // Photoshop stores how much paper shows instead of how much ink lies on it.
    if (adobe != JpegFile.Adobe.NONE) {
      for (int i = 0; i < ink.length; i++) {
        ink[i] = (byte) ~ink[i];
      }
    }
    byte[] rgb =
        profile.isPresent()
            ? profile.get().toSrgb(ink, header.width(), header.height())
            : plain(ink);
    return new Rgb(rgb, header.width(), header.height());
  }

  private static byte[] samples(byte[] file, Header header) throws RefusedImage {
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      Raster raster = reader.readRaster(0, reader.getDefaultReadParam());
      if (raster.getNumBands() != CHANNELS
          || raster.getWidth() != header.width()
          || raster.getHeight() != header.height()) {
        throw new RefusedImage(ReasonCode.CORRUPT);
      }
      return (byte[]) raster.getDataElements(0, 0, raster.getWidth(), raster.getHeight(), null);
    } catch (IOException | RuntimeException damaged) {
      throw new RefusedImage(ReasonCode.CORRUPT);
    } finally {
      reader.dispose();
    }
  }

  /** Luma and chroma to the inks that they encode; black stays. */
  private static void toCmyk(byte[] ycck) {
    for (int i = 0; i < ycck.length; i += CHANNELS) {
      double y = ycck[i] & 0xFF;
      double cb = (ycck[i + 1] & 0xFF) - 128;
      double cr = (ycck[i + 2] & 0xFF) - 128;
      ycck[i] = ink(y + 1.402 * cr);
      ycck[i + 1] = ink(y - 0.344136 * cb - 0.714136 * cr);
      ycck[i + 2] = ink(y + 1.772 * cb);
    }
  }

  private static byte ink(double light) {
    return (byte) (255 - Math.max(0, Math.min(255, Math.round(light))));
  }

  private static byte[] plain(byte[] ink) {
    byte[] rgb = new byte[ink.length / CHANNELS * 3];
    for (int i = 0, to = 0; i < ink.length; i += CHANNELS) {
      int paper = 255 - (ink[i + 3] & 0xFF);
      for (int c = 0; c < 3; c++) {
        int shown = 255 - (ink[i + c] & 0xFF);
        rgb[to++] = (byte) ((shown * paper + 127) / 255);
      }
    }
    return rgb;
  }
}
