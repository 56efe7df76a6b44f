package io.atelier.image;

import java.util.Arrays;

/** Measurements of a picture's texture and focus, as plain numbers without any judgement. */
public final class Quality {
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
    Laplacian laplacian = new Laplacian(w);
    int[] above = new int[w];
    int[] row = new int[w];
    int[] below = new int[w];
    read(gray, reflected(-1, h), above);
    read(gray, 0, row);
    for (int y = 0; y < h; y++) {
      read(gray, reflected(y + 1, h), below);
      laplacian.add(above, row, below);
      int[] free = above;
      above = row;
      row = below;
      below = free;
    }
    return laplacian.variance((double) w * h);
  }

  private static void read(Gray gray, int y, int[] row) {
    byte[] bytes = gray.bytes();
    int from = y * row.length;
    for (int x = 0; x < row.length; x++) {
      row[x] = bytes[from + x] & 0xFF;
    }
  }

  /** Sums of a Laplacian and its square, kept for every column so that vectors can be added. */
  private static final class Laplacian {
    /** So many squares of at most 1020 are an int. */
    private static final int MOST_ROWS = 2000;

    private final int[] left;
    private final int[] right;
    private final int[] sums;
    private final int[] squares;
    private int rows;
    private long sum;
    private long square;

    Laplacian(int width) {
      left = new int[width];
      right = new int[width];
      sums = new int[width];
      squares = new int[width];
    }

    void add(int[] above, int[] row, int[] below) {
      int w = row.length;
      System.arraycopy(row, 0, left, 1, w - 1);
      System.arraycopy(row, 1, right, 0, w - 1);
      left[0] = row[reflected(-1, w)];
      right[w - 1] = row[reflected(w, w)];
      for (int x = 0; x < sums.length; x++) {
        int value = above[x] + below[x] + left[x] + right[x] - 4 * row[x];
        sums[x] += value;
        squares[x] += value * value;
      }
      if (++rows % MOST_ROWS == 0) {
        collect();
      }
    }

    private void collect() {
      for (int x = 0; x < sums.length; x++) {
        sum += sums[x];
        square += squares[x];
      }
      Arrays.fill(sums, 0);
      Arrays.fill(squares, 0);
    }

    double variance(double n) {
      collect();
      return (square - sum / n * sum) / n;
    }
  }

  /** A place next to a line of pixels as its mirror image in the line, the edge not repeated. */
  private static int reflected(int at, int length) {
    if (length == 1) {
      return 0;
    }
    return at < 0 ? 1 : at >= length ? length - 2 : at;
  }

  /**
   * How much Laplacian variance a blur takes away: variance of the picture over that of its 9 × 9,
   * sigma 2 blur. At a long side of 512 a picture in focus has 20 and more and one clearly out of
   * focus less than 5, whatever the texture. NaN for a picture without texture.
   *
   * @param small shrunk to the size at which it is judged, but never enlarged
   */
  public static double sharpness(Gray small) {
    double variance = laplacianVariance(small);
    double blurred = laplacianVariance(OpenCv.blur(small));
    if (variance < FLAT) {
      return Double.NaN;
    }
    // Below this the blurred picture is rounding noise and the ratio would run away.
    return variance / Math.max(blurred, 1e-3);
  }
}
