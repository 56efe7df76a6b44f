package io.atelier.image;

import java.util.Optional;

/**
 * A face, as a box in the upright picture.
 *
 * @param x left edge in pixels
 * @param y top edge in pixels
 * @param width width in pixels
 * @param height height in pixels
 * @param landmarks eyes, nose and mouth, from a detector that finds them
 */
public record Face(int x, int y, int width, int height, Optional<Landmarks> landmarks) {

  /** A box alone. */
  public Face(int x, int y, int width, int height) {
    this(x, y, width, height, Optional.empty());
  }

  /** Pixels in the box. */
  public long area() {
    return (long) width * height;
  }
}
