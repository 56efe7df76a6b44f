package io.atelier.image;

import java.util.List;

/**
 * Five points of a face in pixels of the upright picture. Left and right are the picture's, so the
 * person's right eye is {@code leftEye}.
 */
public record Landmarks(
    Point leftEye, Point rightEye, Point nose, Point leftMouth, Point rightMouth) {

  /** A place in the picture. */
  public record Point(double x, double y) {
    Point scaled(double sx, double sy) {
      return new Point(x * sx, y * sy);
    }
  }

  /** The points in the order of OpenCV's face models. */
  public List<Point> points() {
    return List.of(leftEye, rightEye, nose, leftMouth, rightMouth);
  }

  static Landmarks of(List<Point> p) {
    return new Landmarks(p.get(0), p.get(1), p.get(2), p.get(3), p.get(4));
  }

  /** Where the points of an average frontal face lie in a detector's box. */
  static Landmarks typical(Face face) {
    return new Landmarks(
        at(face, 0.31, 0.40),
        at(face, 0.69, 0.40),
        at(face, 0.50, 0.58),
        at(face, 0.36, 0.77),
        at(face, 0.64, 0.77));
  }

  private static Point at(Face face, double x, double y) {
    return new Point(face.x() + x * face.width(), face.y() + y * face.height());
  }

  double eyeDistance() {
    return Math.hypot(rightEye.x() - leftEye.x(), rightEye.y() - leftEye.y());
  }
}
