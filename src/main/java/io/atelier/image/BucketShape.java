package io.atelier.image;

/** The shape that photos are trained in. */
public enum BucketShape {
  /** Near each photo's own. */
  OWN,
  /** Squares, for a model that has seen no other shape. */
  SQUARE;

  /**
   * The bucket of a photo, which is not enlarged unless it is smaller than 16 pixels.
   *
   * @param width pixels of the photo
   * @param height pixels of the photo
   * @param resolution side of the square of the wanted area, a multiple of 16
   */
  public Bucket of(int width, int height, int resolution) {
    if (this == OWN) {
      return Bucket.of(width, height, resolution);
    }
    int side = Math.min(resolution, Bucket.cells(Math.min(width, height)));
    return new Bucket(side, side);
  }
}
