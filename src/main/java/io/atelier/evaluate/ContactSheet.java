package io.atelier.evaluate;

import io.atelier.flux.Picture;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures of one size side by side in a PNG file. */
public final class ContactSheet {
  private ContactSheet() {}

  /** Pictures of one size, row after row, as a PNG file. */
  public static byte[] png(List<Picture> pictures, int columns) throws IOException {
    int width = pictures.get(0).width();
    int height = pictures.get(0).height();
    int rows = (pictures.size() + columns - 1) / columns;
    BufferedImage sheet =
        new BufferedImage(columns * width, rows * height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < pictures.size(); i++) {
      paint(sheet, pictures.get(i), i % columns * width, i / columns * height);
    }
    return png(sheet);
  }

  private static void paint(BufferedImage sheet, Picture picture, int left, int top) {
    byte[] rgb = picture.rgb();
    for (int i = 0; i < rgb.length / 3; i++) {
      int colour = (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255;
      sheet.setRGB(left + i % picture.width(), top + i / picture.width(), colour);
    }
  }

  /** Files of one width, one below the other. */
  static byte[] stacked(List<Path> files) throws IOException {
    List<BufferedImage> rows = new ArrayList<>();
    for (Path file : files) {
      rows.add(ImageIO.read(file.toFile()));
    }
    int height = rows.stream().mapToInt(BufferedImage::getHeight).sum();
    int width = rows.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
    BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    int top = 0;
    for (BufferedImage row : rows) {
      g.drawImage(row, 0, top, null);
      top += row.getHeight();
    }
    g.dispose();
    return png(sheet);
  }

  private static byte[] png(BufferedImage sheet) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(sheet, "png", file);
    return file.toByteArray();
  }
}
