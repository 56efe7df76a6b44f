package io.atelier.image;

/**
 * What a file says about its picture before anything is decoded.
 *
 * @param format the format by its first bytes
 * @param width stored width in pixels, before the EXIF orientation is applied
 * @param height stored height in pixels
 * @param bitDepth bits per channel as stored
 * @param channels channels as stored; a palette counts as one
 */
public record Header(ImageFormat format, int width, int height, int bitDepth, int channels) {

  /** Pixels the picture would decode to. */
  public long pixels() {
    return (long) width * height;
  }

  boolean isCmyk() {
    return format == ImageFormat.JPEG && channels == 4;
  }
}
