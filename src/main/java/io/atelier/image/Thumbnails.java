package io.atelier.image;

/** Small copies for reports and contact sheets: antialiased, without any metadata. */
public final class Thumbnails {
  private static final int QUALITY = 85;

  private Thumbnails() {}

  /** Shrunk so that the longer side is at most this; never enlarged. */
  public static Rgb shrink(Rgb picture, int longSide) {
    int side = Math.max(picture.width(), picture.height());
    if (side <= longSide) {
      return picture;
    }
    int w = Math.max(1, Math.round((float) picture.width() * longSide / side));
    int h = Math.max(1, Math.round((float) picture.height() * longSide / side));
    return picture.resize(w, h);
  }

  /** A shrunk copy as a JPEG file. */
  public static byte[] jpeg(Rgb picture, int longSide) {
    return OpenCv.jpeg(shrink(picture, longSide), QUALITY);
  }

  /** Shrunk to an area of at most {@code side} squared, in its own shape, as a JPEG file. */
  public static byte[] jpegOfArea(Rgb picture, int side) {
    double scale = side / Math.sqrt((double) picture.width() * picture.height());
    if (scale >= 1) {
      return OpenCv.jpeg(picture, QUALITY);
    }
    int w = Math.max(1, (int) (picture.width() * scale));
    int h = Math.max(1, (int) (picture.height() * scale));
    return OpenCv.jpeg(picture.resize(w, h), QUALITY);
  }

  /** A picture as a PNG file, losslessly and at its full size. */
  public static byte[] png(Rgb picture) {
    return OpenCv.png(picture);
  }
}
