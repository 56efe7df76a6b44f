package io.atelier.sample;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes pictures as a camera or a telephone would. */
final class ImageFiles {
  private static final float QUALITY = 0.9f;

  private ImageFiles() {}

  /** JPEG of quality 90. */
  static byte[] jpeg(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam options = writer.getDefaultWriteParam();
      options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      options.setCompressionQuality(QUALITY);
      writer.write(null, new IIOImage(image, null, null), options);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageIO.write(image, "png", out);
    }
    return bytes.toByteArray();
  }

  /**
   * A JPEG with an Exif segment after its first marker that says how to turn it (Exif 2.32: APP1, a
   * big-endian TIFF header and one directory with the one tag 0x0112).
   */
  static byte[] withOrientation(byte[] jpeg, int orientation) {
    byte[] exif = {'E', 'x', 'i', 'f', 0, 0};
    int tiffLength = 8 + 2 + 12 + 4;
    int segmentLength = 2 + exif.length + tiffLength;
    ByteBuffer out = ByteBuffer.allocate(jpeg.length + 2 + segmentLength);
    out.put(jpeg, 0, 2);
    out.putShort((short) 0xFFE1).putShort((short) segmentLength).put(exif);
    out.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    out.putShort((short) 1);
    out.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    out.putShort((short) orientation).putShort((short) 0);
    out.putInt(0);
    out.put(jpeg, 2, jpeg.length - 2);
    return out.array();
  }

  /** A quarter turn counter-clockwise: how a camera held upright stores what EXIF calls 6. */
  static BufferedImage quarterTurnLeft(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    BufferedImage turned =
        new BufferedImage(/* width= */ height, /* height= */ width, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        turned.setRGB(y, width - 1 - x, image.getRGB(x, y));
      }
    }
    return turned;
  }
}
