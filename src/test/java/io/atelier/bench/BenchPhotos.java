package io.atelier.bench;

import io.atelier.sample.Person;
import io.atelier.sample.Renderer;
import io.atelier.sample.SamplePhotos;
import io.atelier.sample.Shot;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Painted photos with the grain of a camera's sensor, without which they would be much faster to
 * decode than photos are.
 */
final class BenchPhotos {
  private static final double GRAIN = 4;

  private BenchPhotos() {}

  /** Writes so many JPEG files, {@code 000.jpg} and so on. */
  static List<Path> write(Path folder, int count, int width, int height) throws IOException {
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path file = folder.resolve("%03d.jpg".formatted(i));
      Person person = SamplePhotos.person(1, i);
      BufferedImage photo = Renderer.render(person, Shot.portrait(person, i), width, height);
      addGrain(photo, new Random(i));
      ImageIO.write(photo, "jpg", file.toFile());
      files.add(file);
    }
    return files;
  }

  private static void addGrain(BufferedImage photo, Random random) {
    for (int y = 0; y < photo.getHeight(); y++) {
      for (int x = 0; x < photo.getWidth(); x++) {
        int color = photo.getRGB(x, y);
        int grainy = 0;
        for (int shift = 0; shift < 24; shift += 8) {
          long level = (color >> shift & 0xFF) + Math.round(GRAIN * random.nextGaussian());
          grainy |= (int) Math.max(0, Math.min(255, level)) << shift;
        }
        photo.setRGB(x, y, grainy);
      }
    }
  }
}
