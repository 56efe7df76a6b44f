package io.atelier.image;

/**
 * The filters of Pillow's {@code Image.resize}, by Pillow's numbers, that average while they
 * shrink.
 */
public enum Resampling {
  /** Lanczos, a = 3. */
  LANCZOS(1, 3) {
    @Override
    double weight(double x) {
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  },
  /** Triangle. */
  BILINEAR(2, 1) {
    @Override
    double weight(double x) {
      return Math.max(0, 1 - Math.abs(x));
    }
  },
  /** Keys' cubic, a = −0.5. */
  BICUBIC(3, 2) {
    @Override
    double weight(double signed) {
      double x = Math.abs(signed);
      if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
    }
  };

  private final int number;
  private final double support;

  Resampling(int number, double support) {
    this.number = number;
    this.support = support;
  }

  /** The number that Pillow, and so transformers' {@code preprocessor_config.json}, gives it. */
  public int number() {
    return number;
  }

  /** How far it reaches, in pixels of the larger grid. */
  double support() {
    return support;
  }

  /** The weight of a pixel at this distance, before normalisation. */
  abstract double weight(double x);

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double angle = x * Math.PI;
    return StrictMath.sin(angle) / angle;
  }
}
