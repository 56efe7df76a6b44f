package io.atelier.pretrain;

import io.atelier.flux.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures of one size side by side in one PNG file. */
final class Sheet {
  private Sheet() {}

  static void write(Path file, List<Picture> pictures, int columns) {
    int width = pictures.get(0).width();
    int height = pictures.get(0).height();
    int rows = (pictures.size() + columns - 1) / columns;
    BufferedImage sheet =
        new BufferedImage(columns * width, rows * height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < pictures.size(); i++) {
      paint(sheet, pictures.get(i), i % columns * width, i / columns * height);
    }
    try {
      ImageIO.write(sheet, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  private static void paint(BufferedImage sheet, Picture picture, int left, int top) {
    byte[] rgb = picture.rgb();
    for (int i = 0; i < rgb.length / 3; i++) {
      int colour = (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255;
      sheet.setRGB(left + i % picture.width(), top + i / picture.width(), colour);
    }
  }
}
