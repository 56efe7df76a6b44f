package io.atelier.sample;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/** What happens to a picture after it is drawn: focus, exposure, white balance, film, grain. */
final class PostProcess {
  private static final int UNIT = 1 << 12;

  private PostProcess() {}

  /**
   * A Gaussian blur, edges repeated.
   *
   * @param sigma standard deviation in pixels; 0 leaves the image as it is
   */
  static void blur(BufferedImage image, double sigma) {
    if (sigma < 0.2) {
      return;
    }
    int width = image.getWidth();
    int height = image.getHeight();
    int[] pixels = pixels(image);
    int[] across = new int[pixels.length];
    int[] kernel = kernel(sigma);
    convolve(pixels, across, width, height, 1, width, kernel);
    convolve(across, pixels, height, width, width, 1, kernel);
  }

  private static int[] pixels(BufferedImage image) {
    return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
  }

  /** Integer weights that sum to 4096. */
  private static int[] kernel(double sigma) {
    int radius = (int) Math.ceil(2.5 * sigma);
    double[] bell = new double[2 * radius + 1];
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      bell[i + radius] = StrictMath.exp(-i * i / (2 * sigma * sigma));
      sum += bell[i + radius];
    }
    int[] kernel = new int[bell.length];
    int left = UNIT;
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (int) Math.round(UNIT * bell[i] / sum);
      left -= kernel[i];
    }
    kernel[radius] += left;
    return kernel;
  }

  /** One pass along lines of {@code length} pixels that lie {@code step} apart in memory. */
  private static void convolve(
      int[] from, int[] to, int length, int lines, int step, int stride, int[] kernel) {
    int radius = kernel.length / 2;
    for (int line = 0; line < lines; line++) {
      int base = line * stride;
      for (int i = 0; i < length; i++) {
        int red = UNIT / 2;
        int green = UNIT / 2;
        int blue = UNIT / 2;
        for (int k = -radius; k <= radius; k++) {
          int rgb = from[base + Math.max(0, Math.min(length - 1, i + k)) * step];
          int weight = kernel[k + radius];
          red += weight * (rgb >> 16 & 255);
          green += weight * (rgb >> 8 & 255);
          blue += weight * (rgb & 255);
        }
        to[base + i * step] = red / UNIT << 16 | green / UNIT << 8 | blue / UNIT;
      }
    }
  }

  /** Half the size; every pixel is the mean of four. */
  static BufferedImage halve(BufferedImage image) {
    int width = image.getWidth() / 2;
    int height = image.getHeight() / 2;
    BufferedImage half = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] from = pixels(image);
    int[] to = pixels(half);
    int stride = image.getWidth();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 2 * y * stride + 2 * x;
        to[y * width + x] = mean(from[at], from[at + 1], from[at + stride], from[at + stride + 1]);
      }
    }
    return half;
  }

  private static int mean(int a, int b, int c, int d) {
    int mean = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int sum = (a >> shift & 255) + (b >> shift & 255) + (c >> shift & 255) + (d >> shift & 255);
      mean |= ((sum + 2) / 4) << shift;
    }
    return mean;
  }

  /** Applies light, film and camera to a drawn scene, in place. */
  static void finish(BufferedImage image, Shot shot) {
    int width = image.getWidth();
    int height = image.getHeight();
    blur(image, shot.camera().blur() * Math.min(width, height));
    boolean gray = shot.attributes().film() == Attributes.Film.BLACK_AND_WHITE;
    double gain = StrictMath.pow(2, shot.lamp().exposure());
    double warmth = gray ? 0 : shot.lamp().warmth();
    double[] balance = {
      gain * (1 + 0.09 * warmth), gain * (1 + 0.01 * warmth), gain * (1 - 0.15 * warmth)
    };
    double noise = shot.camera().noise();
    Draws grain = new Draws(Draws.seed(shot.detail(), 9));
    int[] pixels = pixels(image);
    for (int y = 0; y < height; y++) {
      double v = 2.0 * y / height - 1;
      for (int x = 0; x < width; x++) {
        double u = 2.0 * x / width - 1;
        double corner = (u * u + v * v) / 2;
        double fall = 1 - 0.3 * shot.camera().vignette() * corner * corner;
        double add = noise == 0 ? 0 : noise * grain.grain();
        int at = y * width + x;
        int rgb = gray ? luma(pixels[at]) : pixels[at];
        pixels[at] = expose(rgb, balance, fall, add);
      }
    }
  }

  private static int luma(int rgb) {
    int luma = ((rgb >> 16 & 255) * 19595 + (rgb >> 8 & 255) * 38470 + (rgb & 255) * 7471) >> 16;
    return luma * 0x10101;
  }

  private static int expose(int rgb, double[] balance, double fall, double noise) {
    int red = channel((rgb >> 16 & 255) * balance[0] * fall + noise);
    int green = channel((rgb >> 8 & 255) * balance[1] * fall + noise);
    int blue = channel((rgb & 255) * balance[2] * fall + noise);
    return red << 16 | green << 8 | blue;
  }

  private static int channel(double value) {
    return value <= 0 ? 0 : value >= 255 ? 255 : (int) (value + 0.5);
  }
}
