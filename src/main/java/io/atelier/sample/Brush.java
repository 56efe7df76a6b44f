package io.atelier.sample;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/** Strokes that a painter uses: smooth curves, soft spots, soft lines. */
final class Brush {
  private static final float[] FALL_OFF_AT = {0f, 0.25f, 0.5f, 0.75f, 1f};
  private static final double[] FALL_OFF = {1, 0.82, 0.42, 0.11, 0};
  private static final Ellipse2D UNIT_DISC = new Ellipse2D.Double(-1, -1, 2, 2);

  private Brush() {}

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

  /** The point at {@code share} of the way between two. */
  static Point2D between(Point2D from, Point2D to, double share) {
    return new Point2D.Double(
        from.getX() + (to.getX() - from.getX()) * share,
        from.getY() + (to.getY() - from.getY()) * share);
  }

  /** An ellipse that fades out towards its edge like a bell. */
  static void spot(
      Graphics2D g,
      Point2D centre,
      double rx,
      double ry,
      double angle,
      Color colour,
      double alpha) {
    Color[] colours = new Color[FALL_OFF.length];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = Colours.alpha(colour, alpha * FALL_OFF[i]);
    }
    disc(g, centre, rx, ry, angle, FALL_OFF_AT, colours);
  }

  /** An ellipse with a radial gradient of the given colours. */
  static void disc(
      Graphics2D g,
      Point2D centre,
      double rx,
      double ry,
      double angle,
      float[] stops,
      Color[] colours) {
    AffineTransform before = g.getTransform();
    g.translate(centre.getX(), centre.getY());
    g.rotate(angle);
    g.scale(rx, ry);
    g.setPaint(new RadialGradientPaint(0f, 0f, 1f, stops, colours));
    g.fill(UNIT_DISC);
    g.setTransform(before);
  }

  /** A plain ellipse. */
  static void ellipse(
      Graphics2D g, Point2D centre, double rx, double ry, double angle, Color colour) {
    AffineTransform before = g.getTransform();
    g.translate(centre.getX(), centre.getY());
    g.rotate(angle);
    g.scale(rx, ry);
    g.setColor(colour);
    g.fill(UNIT_DISC);
    g.setTransform(before);
  }

  /** A line with round ends. */
  static void line(Graphics2D g, Shape shape, double width, Color colour) {
    g.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.setColor(colour);
    g.draw(shape);
  }

  /** A line that fades out to both sides: strokes of falling width on top of each other. */
  static void softLine(Graphics2D g, Shape shape, double width, Color colour, double alpha) {
    int passes = (int) Colours.clamp(width / 3, 5, 28);
    double each = 1 - Math.pow(1 - Math.min(0.98, alpha), 1.0 / passes);
    for (int i = 1; i <= passes; i++) {
      line(g, shape, width * i / passes, Colours.alpha(colour, each));
    }
  }
}
