package io.atelier.image;

/**
 * A picture as a vector without a trained model, after the tiny images of Torralba, Fergus and
 * Freeman (2008): its thumbnail in YCbCr, 16 × 16 of luma less its mean and 8 × 8 of each chroma,
 * 384 numbers in all, scaled to length 1. The cosine of two pictures is then how alike they are in
 * layout and colour, -1 to 1; contrast and size do not matter, brightness hardly. It knows nothing
 * of what a picture shows.
 */
public final class ThumbnailDescriptor implements Preparation {
  /** Raised whenever a picture gets other numbers than before. */
  public static final String VERSION = "thumbnail-1";

  private static final long serialVersionUID = 1L;
  private static final int LUMA = 16;
  private static final int CHROMA = LUMA / 2;
  private static final double LEAST_LENGTH = 1e-6;

  @Override
  public float[] values(Rgb picture) {
    byte[] rgb = picture.resize(LUMA, LUMA, Resampling.BILINEAR).bytes();
    double[] values = new double[LUMA * LUMA + 2 * CHROMA * CHROMA];
    double mean = 0;
    for (int i = 0; i < LUMA * LUMA; i++) {
      double red = rgb[3 * i] & 0xFF;
      double blue = rgb[3 * i + 2] & 0xFF;
      double luma = 0.299 * red + 0.587 * (rgb[3 * i + 1] & 0xFF) + 0.114 * blue;
      values[i] = luma;
      mean += luma / (LUMA * LUMA);
      int chroma = LUMA * LUMA + i / LUMA / 2 * CHROMA + i % LUMA / 2;
      values[chroma] += 0.564 * (blue - luma) / 4;
      values[chroma + CHROMA * CHROMA] += 0.713 * (red - luma) / 4;
    }
    for (int i = 0; i < LUMA * LUMA; i++) {
      values[i] -= mean;
    }
    return unit(values);
  }

  private static float[] unit(double... values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    double length = Math.max(Math.sqrt(squares), LEAST_LENGTH);
    float[] unit = new float[values.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (values[i] / length);
    }
    return unit;
  }
}
