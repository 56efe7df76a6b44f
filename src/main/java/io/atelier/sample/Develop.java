package io.atelier.sample;

import java.awt.image.BufferedImage;

/** What happens to a picture after it is painted: focus, exposure, white balance, grain. */
final class Develop {
  private Develop() {}

  /**
   * A Gaussian blur, edges repeated.
   *
   * @param sigma standard deviation in pixels; 0 returns the image itself
   */
  static BufferedImage blur(BufferedImage image, double sigma) {
    if (sigma < 0.05) {
      return image;
    }
    int width = image.getWidth();
    int height = image.getHeight();
    int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
    float[] kernel = kernel(sigma);
    int[] across = convolve(pixels, width, height, 1, width, kernel);
    int[] down = convolve(across, height, width, width, 1, kernel);
    BufferedImage blurred = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    blurred.setRGB(0, 0, width, height, down, 0, width);
    return blurred;
  }

  private static float[] kernel(double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    float[] kernel = new float[2 * radius + 1];
    double sum = 0;
    for (int i = -radius; i <= radius; i++) {
      double weight = Math.exp(-i * i / (2 * sigma * sigma));
      kernel[i + radius] = (float) weight;
      sum += weight;
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] = (float) (kernel[i] / sum);
    }
    return kernel;
  }

  /** One pass along lines of {@code length} pixels that lie {@code step} apart in memory. */
  private static int[] convolve(
      int[] pixels, int length, int lines, int step, int stride, float[] kernel) {
    int[] out = new int[pixels.length];
    int radius = kernel.length / 2;
    for (int line = 0; line < lines; line++) {
      int base = line * stride;
      for (int i = 0; i < length; i++) {
        float red = 0;
        float green = 0;
        float blue = 0;
        for (int k = -radius; k <= radius; k++) {
          int j = Math.max(0, Math.min(length - 1, i + k));
          int rgb = pixels[base + j * step];
          float weight = kernel[k + radius];
          red += weight * (rgb >> 16 & 255);
          green += weight * (rgb >> 8 & 255);
          blue += weight * (rgb & 255);
        }
        out[base + i * step] = Math.round(red) << 16 | Math.round(green) << 8 | Math.round(blue);
      }
    }
    return out;
  }

  /** Half the size; every pixel is the mean of four. */
  static BufferedImage halve(BufferedImage image) {
    int width = image.getWidth() / 2;
    int height = image.getHeight() / 2;
    int from = 2 * width;
    int[] pixels = image.getRGB(0, 0, from, 2 * height, null, 0, from);
    BufferedImage half = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 2 * y * from + 2 * x;
        half.setRGB(
            x, y, mean(pixels[at], pixels[at + 1], pixels[at + from], pixels[at + from + 1]));
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

  /** Applies light and camera to a painted scene, blur included. */
  static BufferedImage finish(BufferedImage painted, Shot.Light light, Shot.Camera camera) {
    int width = painted.getWidth();
    int height = painted.getHeight();
    BufferedImage image = blur(painted, camera.blur() * Math.min(width, height));
    int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
    double gain = Math.pow(2, light.exposure());
    double[] balance = {
      gain * (1 + 0.07 * light.warmth()), gain, gain * (1 - 0.09 * light.warmth())
    };
    Draws grain = new Draws(camera.grain());
    for (int y = 0; y < height; y++) {
      double v = 2.0 * y / height - 1;
      for (int x = 0; x < width; x++) {
        double u = 2.0 * x / width - 1;
        double fall = 1 - 0.32 * camera.vignette() * Math.pow((u * u + v * v) / 2, 1.5);
        double noise = camera.noise() == 0 ? 0 : camera.noise() * grain.normal();
        int at = y * width + x;
        pixels[at] = expose(pixels[at], balance, fall, noise);
      }
    }
    BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    out.setRGB(0, 0, width, height, pixels, 0, width);
    return out;
  }

  private static int expose(int rgb, double[] balance, double fall, double noise) {
    int red = Colours.channel((rgb >> 16 & 255) * balance[0] * fall + noise);
    int green = Colours.channel((rgb >> 8 & 255) * balance[1] * fall + noise);
    int blue = Colours.channel((rgb & 255) * balance[2] * fall + noise);
    return red << 16 | green << 8 | blue;
  }
}
