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

  /** A picture as a PNG file, losslessly and at its full size. */
  public static byte[] png(Rgb picture) {
    return OpenCv.png(picture);
  }
}
