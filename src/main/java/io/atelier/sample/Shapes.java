package io.atelier.sample;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/**
 * Outlines. Sines come from {@link StrictMath}, so that a shape is the same on every machine; that
 * is also why {@link AffineTransform}'s own rotations are not used.
 */
final class Shapes {
  private static final Ellipse2D UNIT_DISC = new Ellipse2D.Double(-1, -1, 2, 2);

  private Shapes() {}

  /** A Catmull-Rom spline through the points. */
  static Path2D curve(boolean closed, Point2D... points) {
    Path2D path = new Path2D.Double();
    int n = points.length;
    path.moveTo(points[0].getX(), points[0].getY());
    int segments = closed ? n : n - 1;
    for (int i = 0; i < segments; i++) {
      Point2D before = point(points, i - 1, closed);
      Point2D from = point(points, i, closed);
      Point2D to = point(points, i + 1, closed);
      Point2D after = point(points, i + 2, closed);
      path.curveTo(
          from.getX() + (to.getX() - before.getX()) / 6,
          from.getY() + (to.getY() - before.getY()) / 6,
          to.getX() - (after.getX() - from.getX()) / 6,
          to.getY() - (after.getY() - from.getY()) / 6,
          to.getX(),
          to.getY());
    }
    if (closed) {
      path.closePath();
    }
    return path;
  }

  private static Point2D point(Point2D[] points, int index, boolean closed) {
    int n = points.length;
    return points[closed ? Math.floorMod(index, n) : Math.max(0, Math.min(n - 1, index))];
  }

  /** Straight lines through the points, closed. */
  static Path2D polygon(Point2D... points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0].getX(), points[0].getY());
    for (int i = 1; i < points.length; i++) {
      path.lineTo(points[i].getX(), points[i].getY());
    }
    path.closePath();
    return path;
  }

  /** The area between two curves that run the same way. */
  static Path2D between(Point2D[] one, Point2D[] other) {
    Point2D[] back = new Point2D[other.length];
    for (int i = 0; i < back.length; i++) {
      back[i] = other[other.length - 1 - i];
    }
    Path2D shape = curve(false, one);
    shape.append(curve(false, back), true);
    shape.closePath();
    return shape;
  }

  /** The transform of the unit disc to an ellipse; the angle is in radians, clockwise. */
  static AffineTransform placed(Point2D centre, double rx, double ry, double angle) {
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    return new AffineTransform(
        rx * cos, rx * sin, -ry * sin, ry * cos, centre.getX(), centre.getY());
  }

  static Shape ellipse(Point2D centre, double rx, double ry, double angle) {
    return placed(centre, rx, ry, angle).createTransformedShape(UNIT_DISC);
  }

  /** The point at {@code share} of the way between two. */
  static Point2D between(Point2D from, Point2D to, double share) {
    return new Point2D.Double(
        from.getX() + (to.getX() - from.getX()) * share,
        from.getY() + (to.getY() - from.getY()) * share);
  }

  /**
   * The point at position {@code at} of a chain of points; 1.5 lies between the second and third.
   */
  static Point2D along(Point2D[] points, double at) {
    int piece = Math.max(0, Math.min(points.length - 2, (int) at));
    return between(points[piece], points[piece + 1], at - piece);
  }

  /** A point at a distance from another in a direction. */
  static Point2D polar(Point2D centre, double rx, double ry, double angle) {
    return new Point2D.Double(
        centre.getX() + rx * StrictMath.cos(angle), centre.getY() + ry * StrictMath.sin(angle));
  }
}
