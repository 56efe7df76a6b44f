package io.atelier.image;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Plain English names for the colours that fill a picture.
 *
 * <p>The picture is reduced to 64 × 64, each pixel goes to the nearest of 21 named colours in CIE
 * L*a*b* (D65), and the names with the largest shares win. Pure integer and strict arithmetic: the
 * same picture gives the same names on every machine.
 */
final class Colors {
  private static final int SIDE = 64;
  private static final int BORDER = SIDE / 8;
  private static final double LEAST_SHARE = 0.1;

  /** A point in L*a*b*. */
  private record Lab(double l, double a, double b) {
    double distance(Lab other) {
      double dl = l - other.l;
      double da = a - other.a;
      double db = b - other.b;
      return dl * dl + da * da + db * db;
    }
  }

  /** A named colour. */
  private record Named(String name, Lab lab) {
    Named(String name, int r, int g, int b) {
      this(name, Colors.lab(r, g, b));
    }
  }

  private static final double[] LINEAR = linear();

  private static final List<Named> PALETTE =
      List.of(
          new Named("black", 20, 20, 20),
          new Named("dark gray", 70, 70, 70),
          new Named("gray", 128, 128, 128),
          new Named("light gray", 195, 195, 195),
          new Named("white", 250, 250, 250),
          new Named("red", 205, 30, 40),
          new Named("dark red", 110, 20, 30),
          new Named("pink", 240, 150, 180),
          new Named("orange", 240, 130, 30),
          new Named("brown", 115, 70, 35),
          new Named("beige", 220, 195, 160),
          new Named("yellow", 245, 215, 50),
          new Named("olive", 110, 110, 40),
          new Named("green", 60, 150, 60),
          new Named("dark green", 25, 70, 35),
          new Named("teal", 20, 130, 130),
          new Named("light blue", 150, 200, 235),
          new Named("blue", 40, 90, 200),
          new Named("navy", 20, 30, 80),
          new Named("purple", 120, 50, 150),
          new Named("lavender", 190, 170, 220));

  /** For each of 64 × 64 parts of the picture the place of its name in the palette. */
  private final int[] names;

  private Colors(int[] names) {
    this.names = names;
  }

  /** The colours of a picture. */
  static Colors of(Rgb picture) {
    byte[] rgb = picture.average(SIDE, SIDE).bytes();
    int[] names = new int[rgb.length / 3];
    for (int i = 0, p = 0; i < names.length; i++, p += 3) {
      names[i] = nearest(lab(rgb[p] & 0xFF, rgb[p + 1] & 0xFF, rgb[p + 2] & 0xFF));
    }
    return new Colors(names);
  }

  /** At most this many names, largest share first, each at least a tenth of the picture. */
  List<String> dominant(int limit) {
    int[] counts = new int[PALETTE.size()];
    for (int name : names) {
      counts[name]++;
    }
    return IntStream.range(0, counts.length)
        .boxed()
        .filter(i -> counts[i] >= LEAST_SHARE * names.length)
        .sorted(Comparator.comparingInt(i -> -counts[i]))
        .limit(limit)
        .map(i -> PALETTE.get(i).name())
        .toList();
  }

  /**
   * The colour that most of a portrait's surroundings have: the outer eighth to the left, to the
   * right and above.
   */
  String background() {
    int[] counts = new int[PALETTE.size()];
    for (int i = 0; i < names.length; i++) {
      int x = i % SIDE;
      if (x < BORDER || x >= SIDE - BORDER || i / SIDE < BORDER) {
        counts[names[i]]++;
      }
    }
    int best = 0;
    for (int name = 1; name < counts.length; name++) {
      best = counts[name] > counts[best] ? name : best;
    }
    return PALETTE.get(best).name();
  }

  private static int nearest(Lab lab) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int i = 0; i < PALETTE.size(); i++) {
      double distance = lab.distance(PALETTE.get(i).lab());
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return best;
  }

  private static Lab lab(int r, int g, int b) {
    double[] linear = {linear(r), linear(g), linear(b)};
    double x = f(dot(linear, 0.4124564, 0.3575761, 0.1804375) / 0.95047);
    double y = f(dot(linear, 0.2126729, 0.7151522, 0.0721750));
    double z = f(dot(linear, 0.0193339, 0.1191920, 0.9503041) / 1.08883);
    return new Lab(116 * y - 16, 500 * (x - y), 200 * (y - z));
  }

  /** A level of an sRGB channel, 0 to 255, in linear light, 0 to 1. */
  static double linear(int level) {
    return LINEAR[level];
  }

  private static double[] linear() {
    double[] linear = new double[256];
    for (int level = 0; level < linear.length; level++) {
      double c = level / 255.0;
      linear[level] = c <= 0.04045 ? c / 12.92 : StrictMath.pow((c + 0.055) / 1.055, 2.4);
    }
    return linear;
  }

  private static double dot(double[] v, double... weights) {
    return v[0] * weights[0] + v[1] * weights[1] + v[2] * weights[2];
  }

  private static double f(double t) {
    return t > 216.0 / 24389 ? StrictMath.cbrt(t) : (24389.0 / 27 * t + 16) / 116;
  }
}
