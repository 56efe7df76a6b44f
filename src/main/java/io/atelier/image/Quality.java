package io.atelier.image;

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
    byte[] bytes = gray.bytes();
    long sum = 0;
    long squares = 0;
    for (int y = 0; y < h; y++) {
      int row = y * w;
      int up = reflected(y - 1, h) * w;
      int down = reflected(y + 1, h) * w;
      for (int x = 0; x < w; x++) {
        int left = row + (x > 0 ? x - 1 : reflected(-1, w));
        int right = row + (x < w - 1 ? x + 1 : reflected(w, w));
        int value =
            (bytes[left] & 0xFF)
                + (bytes[right] & 0xFF)
                + (bytes[up + x] & 0xFF)
                + (bytes[down + x] & 0xFF)
                - 4 * (bytes[row + x] & 0xFF);
        sum += value;
        squares += value * value;
      }
    }
    double n = (double) w * h;
    return (squares - sum / n * sum) / n;
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
