package io.atelier.image;

/** Pictures by integer formula, the same in every language. */
final class Pictures {
  private Pictures() {}

  /** Waves with noise on them; k chooses the pattern. */
  static Rgb formula(int k, int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) value(i / 3 % width, i / 3 / width, i % 3, k);
    }
    return new Rgb(rgb, width, height);
  }

  private static long value(long x, long y, long c, long k) {
    long smooth = (x * (k + 2) + y * (2 * k + 1) + c * 37) * (1 + x / (17 + k) % 3);
    long seed = (x * 7919 + y * 104729 + c * 1299709 + k * 15485863) % 2147483647L;
    long noise = seed * 48271 % 2147483647L;
    return (smooth / 4 % 256 * 3 + noise / 65536 % 256) / 4;
  }

  /** A cartoon face on a plain wall: enough light and shade for a Haar cascade. */
  static Rgb face(int width, int height, int centerX, int centerY, int size) {
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double u = (x - centerX) / (size / 2.0);
        double v = (y - centerY) / (size / 2.0);
        int shade = shade(u, v);
        int p = 3 * (y * width + x);
        rgb[p] = (byte) shade;
        rgb[p + 1] = (byte) (shade * 9 / 10);
        rgb[p + 2] = (byte) (shade * 8 / 10);
      }
    }
    return new Rgb(rgb, width, height);
  }

  /** The left half of one picture and the right half of another of the same size, even width. */
  static Rgb beside(Rgb left, Rgb right) {
    byte[] rgb = left.bytes().clone();
    int row = 3 * left.width();
    for (int y = 0; y < left.height(); y++) {
      System.arraycopy(right.bytes(), y * row + row / 2, rgb, y * row + row / 2, row - row / 2);
    }
    return new Rgb(rgb, left.width(), left.height());
  }

  private static int shade(double u, double v) {
    double side = Math.abs(u);
    if (inside(u, v, 0, 0.05, 0.78, 1.02)) {
      if (v < -0.62) {
        return 50;
      }
      if (inside(side, v, 0.36, -0.18, 0.17, 0.08) || inside(side, v, 0.36, -0.36, 0.22, 0.05)) {
        return 35;
      }
      if (inside(side, v, 0.36, -0.22, 0.27, 0.15)) {
        return 125;
      }
      if (inside(u, v, 0, 0.58, 0.3, 0.07)) {
        return 80;
      }
      if (inside(side, v, 0.1, 0.25, 0.06, 0.04)) {
        return 100;
      }
      return 205 - (int) (60 * side * side);
    }
    return inside(u, v, 0, -0.1, 0.95, 1.15) ? 45 : 150;
  }

  private static boolean inside(double u, double v, double cu, double cv, double ru, double rv) {
    double a = (u - cu) / ru;
    double b = (v - cv) / rv;
    return a * a + b * b <= 1;
  }
}
