package io.atelier.image;

import java.util.Optional;

/**
 * A part of an upright picture.
 *
 * @param x left edge in pixels
 * @param y top edge in pixels
 * @param width width in pixels
 * @param height height in pixels
 */
public record CropBox(int x, int y, int width, int height) {
  /** FaceChain's portrait: the face's side over the square's. */
  private static final double FACE_SHARE = 0.35 / 1.15;

  /** How far down the middle of the face lies. */
  private static final double FACE_HEIGHT = 0.5 / 1.15;

  /**
   * What is left of a picture when it is scaled to cover a bucket.
   *
   * @param face kept as near to the middle as the picture allows; the centre without one
   */
  public static CropBox covering(int width, int height, Bucket bucket, Optional<Face> face) {
    double scale = Math.max((double) bucket.width() / width, (double) bucket.height() / height);
    int w = (int) Math.min(width, Math.round(bucket.width() / scale));
    int h = (int) Math.min(height, Math.round(bucket.height() / scale));
    double middleX = face.map(f -> f.x() + f.width() / 2.0).orElse(width / 2.0);
    double middleY = face.map(f -> f.y() + f.height() / 2.0).orElse(height / 2.0);
    return new CropBox(
        start(middleX - w / 2.0, w, width), start(middleY - h / 2.0, h, height), w, h);
  }

  /**
   * The square around a face that FaceChain cuts out: the face fills 0.304 of its side and lies in
   * the middle, a little above half the height. Moved, and if need be shrunk, into the picture.
   */
  public static CropBox square(int width, int height, Face face) {
    double side = Math.max(face.width(), face.height()) / FACE_SHARE;
    int s = (int) Math.min(Math.round(side), Math.min(width, height));
    double middleX = face.x() + face.width() / 2.0;
    double middleY = face.y() + face.height() / 2.0;
    return new CropBox(
        start(middleX - s / 2.0, s, width), start(middleY - s * FACE_HEIGHT, s, height), s, s);
  }

  private static int start(double wanted, int length, int available) {
    return (int) Math.max(0, Math.min(Math.floor(wanted), available - length));
  }
}
