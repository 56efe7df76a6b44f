package io.atelier.image;

import java.util.Arrays;

/**
 * How light and colours are spread over a picture's pixels, all from one pass over them and a
 * second one for percentiles.
 *
 * <p>Brightness is the perceived one, sqrt(0.241 R² + 0.691 G² + 0.068 B²) / 255, 0 to 1. Its
 * percentiles are exact: the square under the root is an integer once multiplied by 1000, so
 * counting finds an order statistic without sorting.
 */
final class Tones {
  private static final int LEVELS = 256;
  private static final int COARSE = 14;
  private static final int FINE_COUNT = 1 << COARSE;
  private static final int MAX_KEY = 1000 * 255 * 255;
  private static final int STRETCH = 1024;

  private final byte[] rgb;
  private final Gray gray;
  private final int[] grays = new int[LEVELS];
  private final int[] colors = new int[3 * LEVELS];
  private final int[] coarse = new int[(MAX_KEY >> COARSE) + 1];
  private final double roots;
  private long redGreenSquares;
  private long yellowBlueSquares;

  Tones(Rgb picture) {
    rgb = picture.bytes();
    byte[] levels = new byte[rgb.length / 3];
    double[] keys = new double[STRETCH];
    double[] sums = new double[STRETCH];
    for (int from = 0; from < levels.length; from += STRETCH) {
      int length = Math.min(STRETCH, levels.length - from);
      count(from, length, levels, keys);
      addRoots(keys, sums, length);
    }
    gray = new Gray(levels, picture.width(), picture.height());
    roots = Arrays.stream(sums).sum();
  }

  private void count(int from, int length, byte[] levels, double[] keys) {
    long redGreen = 0;
    long yellowBlue = 0;
    int i = 0;
    for (int p = 3 * from; p < 3 * (from + length); p += 3) {
      int r = rgb[p] & 0xFF;
      int g = rgb[p + 1] & 0xFF;
      int b = rgb[p + 2] & 0xFF;
      int level = Rgb.gray(r, g, b);
      levels[from + i] = (byte) level;
      grays[level]++;
      colors[r]++;
      colors[LEVELS + g]++;
      colors[2 * LEVELS + b]++;
      int key = key(r, g, b);
      coarse[key >> COARSE]++;
      keys[i++] = key;
      int twice = r + g - 2 * b;
      redGreen += (r - g) * (r - g);
      yellowBlue += twice * twice;
    }
    redGreenSquares += redGreen;
    yellowBlueSquares += yellowBlue;
  }

  /** Apart, so that the compiler takes several roots at once. */
  private static void addRoots(double[] keys, double[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += Math.sqrt(keys[i]);
    }
  }

  /** The same picture in gray. */
  Gray gray() {
    return gray;
  }

  private int pixels() {
    return rgb.length / 3;
  }

  /** Shannon entropy of the 256 gray levels in bits, 0 to 8. */
  double grayEntropy() {
    return entropy(grays, pixels());
  }

  /**
   * Shannon entropy of the joined histograms of red, green and blue in bits, as Pillow's {@code
   * Image.entropy}: log2(3) for one flat colour, at most 8 + log2(3).
   */
  double rgbEntropy() {
    return entropy(colors, rgb.length);
  }

  private static double entropy(int[] counts, double total) {
    double entropy = 0;
    for (int count : counts) {
      if (count > 0) {
        entropy -= count / total * (StrictMath.log(count / total) / StrictMath.log(2));
      }
    }
    return Math.max(0, entropy);
  }

  /** Standard deviation of gray over 255, 0 to 0.5. */
  double contrast() {
    double mean = mean(grays, 0);
    double variance = 0;
    for (int level = 0; level < LEVELS; level++) {
      variance += (level - mean) * (level - mean) * grays[level];
    }
    return Math.sqrt(variance / pixels()) / 255;
  }

  /**
   * Colourfulness (Hasler and Süsstrunk 2003, M3): spread plus 0.3 times mean of the opponent
   * colours R − G and (R + G) / 2 − B. 0 for gray, 15 slightly, 45 quite, 109 extremely colourful.
   */
  double colorfulness() {
    double red = mean(colors, 0);
    double green = mean(colors, LEVELS);
    double redGreen = red - green;
    double yellowBlue = (red + green) / 2 - mean(colors, 2 * LEVELS);
    double variance =
        (redGreenSquares + yellowBlueSquares / 4.0) / pixels()
            - redGreen * redGreen
            - yellowBlue * yellowBlue;
    return Math.sqrt(Math.max(0, variance)) + 0.3 * Math.hypot(redGreen, yellowBlue);
  }

  private double mean(int[] counts, int from) {
    long sum = 0;
    for (int level = 0; level < LEVELS; level++) {
      sum += (long) level * counts[from + level];
    }
    return (double) sum / pixels();
  }

  /** Mean brightness. */
  double brightness() {
    return roots / Math.sqrt(1000) / 255 / pixels();
  }

  /** Percentiles of brightness with linear interpolation between neighbours, as NumPy's default. */
  double[] percentiles(double... percents) {
    long[] ranks = new long[2 * percents.length];
    for (int i = 0; i < percents.length; i++) {
      ranks[2 * i] = (long) Math.floor(index(percents[i]));
      ranks[2 * i + 1] = Math.min(ranks[2 * i] + 1, pixels() - 1L);
    }
    double[] statistics = statistics(ranks);
    double[] percentiles = new double[percents.length];
    for (int i = 0; i < percents.length; i++) {
      double below = statistics[2 * i];
      double part = index(percents[i]) - ranks[2 * i];
      percentiles[i] = below + (statistics[2 * i + 1] - below) * part;
    }
    return percentiles;
  }

  private double index(double percent) {
    return (pixels() - 1) * (percent / 100);
  }

  /** The brightnesses that exactly so many pixels stand before in order. */
  private double[] statistics(long[] ranks) {
    int[] bins = new int[ranks.length];
    long[] before = new long[ranks.length];
    for (int i = 0; i < ranks.length; i++) {
      while (before[i] + coarse[bins[i]] <= ranks[i]) {
        before[i] += coarse[bins[i]++];
      }
    }
    int[][] fine = fine(bins);
    double[] statistics = new double[ranks.length];
    for (int i = 0; i < ranks.length; i++) {
      int offset = 0;
      while (before[i] + fine[i][offset] <= ranks[i]) {
        before[i] += fine[i][offset++];
      }
      statistics[i] = Math.sqrt((bins[i] << COARSE | offset) / 1000.0) / 255;
    }
    return statistics;
  }

  /** The counts of single keys inside some coarse bins. */
  private int[][] fine(int[] bins) {
    int[][] counts = new int[coarse.length][];
    for (int bin : bins) {
      counts[bin] = new int[FINE_COUNT];
    }
    for (int p = 0; p < rgb.length; p += 3) {
      int key = key(rgb[p] & 0xFF, rgb[p + 1] & 0xFF, rgb[p + 2] & 0xFF);
      int[] wanted = counts[key >> COARSE];
      if (wanted != null) {
        wanted[key & (FINE_COUNT - 1)]++;
      }
    }
    return Arrays.stream(bins).mapToObj(bin -> counts[bin]).toArray(int[][]::new);
  }

  private static int key(int r, int g, int b) {
    return 241 * r * r + 691 * g * g + 68 * b * b;
  }
}
