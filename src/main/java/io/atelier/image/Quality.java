package io.atelier.image;

/** Measurements of a picture's light, texture and focus, as plain numbers without any judgement. */
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

  /** Shannon entropy of the 256 gray levels in bits, 0 to 8. */
  public static double entropy(Gray gray) {
    return entropy(histogram(gray), gray.bytes().length);
  }

  /**
   * Shannon entropy of the joined histograms of red, green and blue in bits, as Pillow's {@code
   * Image.entropy}: log2(3) for one flat colour, at most 8 + log2(3).
   */
  public static double entropy(Rgb picture) {
    long[] counts = new long[3 * 256];
    byte[] rgb = picture.bytes();
    for (int i = 0; i < rgb.length; i += 3) {
      counts[rgb[i] & 0xFF]++;
      counts[256 + (rgb[i + 1] & 0xFF)]++;
      counts[512 + (rgb[i + 2] & 0xFF)]++;
    }
    return entropy(counts, rgb.length);
  }

  private static double entropy(long[] counts, double total) {
    double entropy = 0;
    for (long count : counts) {
      if (count > 0) {
        entropy -= count / total * (StrictMath.log(count / total) / StrictMath.log(2));
      }
    }
    return Math.max(0, entropy);
  }

  /**
   * Colourfulness (Hasler and Süsstrunk 2003, M3): spread plus 0.3 times mean of the opponent
   * colours R − G and (R + G) / 2 − B. 0 for gray, 15 slightly, 45 quite, 109 extremely colourful.
   */
  public static double colorfulness(Rgb picture) {
    byte[] rgb = picture.bytes();
    long redGreen = 0;
    long redGreenSquares = 0;
    long yellowBlue = 0;
    long yellowBlueSquares = 0;
    for (int i = 0; i < rgb.length; i += 3) {
      int r = rgb[i] & 0xFF;
      int g = rgb[i + 1] & 0xFF;
      // Twice the opponent colour, to stay with integers.
      int twice = r + g - 2 * (rgb[i + 2] & 0xFF);
      redGreen += r - g;
      redGreenSquares += (long) (r - g) * (r - g);
      yellowBlue += twice;
      yellowBlueSquares += (long) twice * twice;
    }
    double n = rgb.length / 3.0;
    double meanRedGreen = redGreen / n;
    double meanYellowBlue = yellowBlue / n / 2;
    double variance =
        redGreenSquares / n
            - meanRedGreen * meanRedGreen
            + yellowBlueSquares / n / 4
            - meanYellowBlue * meanYellowBlue;
    return Math.sqrt(Math.max(0, variance)) + 0.3 * Math.hypot(meanRedGreen, meanYellowBlue);
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
