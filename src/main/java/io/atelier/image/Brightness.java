package io.atelier.image;

import java.util.Arrays;

/**
 * Perceived brightness of a picture's pixels, sqrt(0.241 R² + 0.691 G² + 0.068 B²) / 255, 0 to 1.
 *
 * <p>Percentiles are exact: the square under the root is an integer once multiplied by 1000, so two
 * counting passes find an order statistic without sorting.
 */
final class Brightness {
  private static final int COARSE = 10;
  private static final int FINE_COUNT = 1 << COARSE;
  private static final int MAX_KEY = 1000 * 255 * 255;

  private final byte[] rgb;
  private final long[] coarse = new long[(MAX_KEY >> COARSE) + 1];
  private final long[] fine = new long[FINE_COUNT];
  private int fineBin = -1;
  private final long pixels;
  private final double mean;

  Brightness(Rgb picture) {
    rgb = picture.bytes();
    pixels = rgb.length / 3;
    double sum = 0;
    for (int p = 0; p < rgb.length; p += 3) {
      int key = key(p);
      coarse[key >> COARSE]++;
      sum += brightness(key);
    }
    mean = sum / pixels;
  }

  double mean() {
    return mean;
  }

  /** A percentile with linear interpolation between neighbours, as NumPy's default. */
  double percentile(double percent) {
    double index = (pixels - 1) * (percent / 100);
    long low = (long) Math.floor(index);
    double below = statistic(low);
    double above = low + 1 < pixels ? statistic(low + 1) : below;
    return below + (above - below) * (index - low);
  }

  /** The brightness that exactly this many pixels stand before in order. */
  private double statistic(long rank) {
    int bin = 0;
    long before = 0;
    while (before + coarse[bin] <= rank) {
      before += coarse[bin++];
    }
    countFine(bin);
    int offset = 0;
    while (before + fine[offset] <= rank) {
      before += fine[offset++];
    }
    return brightness(bin << COARSE | offset);
  }

  /** Counts the keys of one coarse bin; neighbours in order are nearly always in the same one. */
  private void countFine(int bin) {
    if (bin == fineBin) {
      return;
    }
    Arrays.fill(fine, 0);
    for (int p = 0; p < rgb.length; p += 3) {
      int key = key(p);
      if (key >> COARSE == bin) {
        fine[key & (FINE_COUNT - 1)]++;
      }
    }
    fineBin = bin;
  }

  private int key(int p) {
    int r = rgb[p] & 0xFF;
    int g = rgb[p + 1] & 0xFF;
    int b = rgb[p + 2] & 0xFF;
    return 241 * r * r + 691 * g * g + 68 * b * b;
  }

  private static double brightness(int key) {
    return Math.sqrt(key / 1000.0) / 255;
  }
}
