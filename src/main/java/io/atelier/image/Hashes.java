package io.atelier.image;

import java.util.Arrays;

/**
 * Perceptual hashes of 64 bits as 16 hex digits, first bit highest, equal to those of the Python
 * package imagehash 4 over Pillow 12.
 */
public final class Hashes {
  private static final int SIDE = 8;
  private static final int DCT_SIDE = 32;

  /** The size a picture has for {@link #phash}. */
  static final PillowResize.Size PHASH = new PillowResize.Size(DCT_SIDE, DCT_SIDE);

  /** The size a picture has for {@link #dhash}. */
  static final PillowResize.Size DHASH = new PillowResize.Size(SIDE + 1, SIDE);

  /** The cosines of a transform, by the logarithm of its length, coefficient and sample. */
  private static final double[][][] COSINES = cosines();

  private Hashes() {}

  /**
   * DCT hash: gray, 32 × 32, two-dimensional DCT-II, its 8 × 8 lowest frequencies with the constant
   * one; a bit says whether a coefficient is above the median of the 64.
   */
  public static String phash(Gray gray) {
    Gray small = gray.resize(DCT_SIDE, DCT_SIDE);
    double[][] columns = new double[DCT_SIDE][DCT_SIDE];
    for (int x = 0; x < DCT_SIDE; x++) {
      for (int y = 0; y < DCT_SIDE; y++) {
        columns[x][y] = small.at(x, y);
      }
      columns[x] = dct(columns[x]);
    }
    double[] low = new double[SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      double[] row = new double[DCT_SIDE];
      for (int x = 0; x < DCT_SIDE; x++) {
        row[x] = columns[x][y];
      }
      System.arraycopy(dct(row), 0, low, y * SIDE, SIDE);
    }
    double[] sorted = low.clone();
    Arrays.sort(sorted);
    double median = (sorted[31] + sorted[32]) / 2;
    long bits = 0;
    for (double coefficient : low) {
      bits = bits << 1 | (coefficient > median ? 1 : 0);
    }
    return hex(bits);
  }

  /** Gradient hash: gray, 9 × 8; a bit says whether a pixel is brighter than its left neighbour. */
  public static String dhash(Gray gray) {
    Gray small = gray.resize(SIDE + 1, SIDE);
    long bits = 0;
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        bits = bits << 1 | (small.at(x + 1, y) > small.at(x, y) ? 1 : 0);
      }
    }
    return hex(bits);
  }

  /** How many of the 64 bits of two hashes differ. */
  public static int distance(String a, String b) {
    return Long.bitCount(Long.parseUnsignedLong(a, 16) ^ Long.parseUnsignedLong(b, 16));
  }

  /**
   * DCT-II without scaling. Halving by mirrored sums and differences makes the coefficients of a
   * constant exactly zero, where a plain sum of cosines would leave rounding noise of random sign.
   */
  private static double[] dct(double[] in) {
    int n = in.length;
    if (n == 1) {
      return new double[] {2 * in[0]};
    }
    double[] sums = new double[n / 2];
    double[] differences = new double[n / 2];
    for (int i = 0; i < n / 2; i++) {
      sums[i] = in[i] + in[n - 1 - i];
      differences[i] = in[i] - in[n - 1 - i];
    }
    double[] even = dct(sums);
    double[] out = new double[n];
    for (int k = 0; k < n; k++) {
      out[k] = k % 2 == 0 ? even[k / 2] : odd(differences, k, n);
    }
    return out;
  }

  private static double odd(double[] differences, int k, int n) {
    double[] cosines = COSINES[Integer.numberOfTrailingZeros(n)][k];
    double sum = 0;
    for (int i = 0; i < differences.length; i++) {
      sum += differences[i] * cosines[i];
    }
    return 2 * sum;
  }

  private static double[][][] cosines() {
    double[][][] cosines = new double[Integer.numberOfTrailingZeros(DCT_SIDE) + 1][][];
    for (int log = 0; log < cosines.length; log++) {
      int n = 1 << log;
      cosines[log] = new double[n][n / 2];
      for (int k = 0; k < n; k++) {
        for (int i = 0; i < n / 2; i++) {
          cosines[log][k][i] = StrictMath.cos(Math.PI * k * (2 * i + 1) / (2.0 * n));
        }
      }
    }
    return cosines;
  }

  private static String hex(long bits) {
    return String.format("%016x", bits);
  }
}
