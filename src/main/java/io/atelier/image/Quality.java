package io.atelier.image;

/** Measurements of a picture's light, texture and focus, as plain numbers without any judgement. */
public final class Quality {
  private static final int SHARPNESS_SIDE = 512;
  private static final double FLAT = 1.0;

  private Quality() {}

  /**
   * Population variance of the 4-neighbour Laplacian, borders reflected without repeating the edge
   * (OpenCV's default): 0 for a flat picture, large for fine texture. Depends on the picture's
   * size.
   */
  public static double laplacianVariance(Gray gray) {
    int w = gray.width();
    int h = gray.height();
    long sum = 0;
    long squares = 0;
    for (int y = 0; y < h; y++) {
      int up = h == 1 ? 0 : y == 0 ? 1 : y - 1;
      int down = h == 1 ? 0 : y == h - 1 ? h - 2 : y + 1;
      for (int x = 0; x < w; x++) {
        int left = w == 1 ? 0 : x == 0 ? 1 : x - 1;
        int right = w == 1 ? 0 : x == w - 1 ? w - 2 : x + 1;
        int around = gray.at(left, y) + gray.at(right, y) + gray.at(x, up) + gray.at(x, down);
        long value = around - 4L * gray.at(x, y);
        sum += value;
        squares += value * value;
      }
    }
    double n = (double) w * h;
    return (squares - sum / n * sum) / n;
  }

  /**
   * How much Laplacian variance a blur takes away: variance of the picture over that of its 9 × 9,
   * sigma 2 blur, at a long side of at most 512. In focus it is 20 and more, clearly out of focus
   * below 5, whatever the texture. NaN for a picture without texture.
   */
  public static double sharpness(Gray gray) {
    return sharpness(gray, SHARPNESS_SIDE);
  }

  static double sharpness(Gray gray, int longSide) {
    Gray small = gray.shrink(longSide);
    double variance = laplacianVariance(small);
    double blurred = laplacianVariance(OpenCv.blur(small));
    if (variance < FLAT) {
      return Double.NaN;
    }
    // Below this the blurred picture is rounding noise and the ratio would run away.
    return variance / Math.max(blurred, 1e-3);
  }

  /** Shannon entropy of the 256 gray levels in bits, 0 to 8. */
  public static double entropy(Gray gray) {
    long[] counts = histogram(gray);
    double n = gray.bytes().length;
    double entropy = 0;
    for (long count : counts) {
      if (count > 0) {
        entropy -= count / n * (StrictMath.log(count / n) / StrictMath.log(2));
      }
    }
    return Math.max(0, entropy);
  }

  /** Standard deviation of gray over 255, 0 to 0.5. */
  public static double contrast(Gray gray) {
    long[] counts = histogram(gray);
    double n = gray.bytes().length;
    double mean = 0;
    for (int level = 0; level < counts.length; level++) {
      mean += level * (counts[level] / n);
    }
    double variance = 0;
    for (int level = 0; level < counts.length; level++) {
      variance += (level - mean) * (level - mean) * (counts[level] / n);
    }
    return Math.sqrt(variance) / 255;
  }

  private static long[] histogram(Gray gray) {
    long[] counts = new long[256];
    for (byte level : gray.bytes()) {
      counts[level & 0xFF]++;
    }
    return counts;
  }
}
