package io.atelier.image;

/**
 * A face, as a square in the upright picture.
 *
 * @param x left edge in pixels
 * @param y top edge in pixels
 * @param width width in pixels
 * @param height height in pixels
 */
public record Face(int x, int y, int width, int height) {

  /** Pixels in the box. */
  public long area() {
    return (long) width * height;
  }
}
