package io.atelier.sample;

import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/**
 * From head coordinates to pixels. In the head, half the width of an average face is 1, the origin
 * lies between the eyes' height and the nose, y points down and z towards the viewer: eyes at y
 * -0.12, mouth at 0.82, chin at 1.42, crown at -1.65. Features are moved by the turn of the head
 * according to their depth, so a turned face is foreshortened as it should be.
 */
final class HeadFrame {
  private final double centreX;
  private final double centreY;
  private final double unit;
  private final double turn;
  private final double nod;
  private final double tilt;
  private final double wide;
  private final double tall;

  private HeadFrame(
      double centreX,
      double centreY,
      double unit,
      double turn,
      double nod,
      double tilt,
      double wide,
      double tall) {
    this.centreX = centreX;
    this.centreY = centreY;
    this.unit = unit;
    this.turn = turn;
    this.nod = nod;
    this.tilt = tilt;
    this.wide = wide;
    this.tall = tall;
  }

  /** The frame of a head in a picture of the given size. */
  static HeadFrame of(Person.Face face, Shot.Pose pose, double width, double height) {
    double unit = pose.scale() * Math.min(width, height) / 2;
    return new HeadFrame(
        pose.x() * width,
        pose.y() * height,
        unit,
        pose.turn(),
        pose.nod(),
        pose.tilt(),
        0.88 + 0.24 * face.width(),
        0.9 + 0.22 * face.length());
  }

  /** The frame of the shoulders: they follow the head a little. */
  HeadFrame body() {
    double drop = 1.6 * unit;
    return new HeadFrame(
        centreX - StrictMath.sin(tilt) * drop * 0.75 - StrictMath.sin(turn) * 0.12 * unit,
        centreY,
        unit,
        turn * 0.35,
        0,
        tilt * 0.1,
        1,
        1);
  }

  /** Pixels of one head unit. */
  double unit() {
    return unit;
  }

  /** The head's tilt in radians. */
  double tilt() {
    return tilt;
  }

  /** The head's turn in radians. */
  double turn() {
    return turn;
  }

  /** How much of a feature's width is left by the turn of the head. */
  double narrow() {
    return StrictMath.cos(turn);
  }

  /** A point on the surface of the face. */
  Point2D at(double x, double y) {
    return at(x, y, depth(x, y));
  }

  /** A point in the head. */
  Point2D at(double x, double y, double z) {
    double fx = x * wide;
    double fy = y > 0 ? y * tall : y;
    double turnedX = fx * StrictMath.cos(turn) + z * StrictMath.sin(turn);
    double turnedZ = z * StrictMath.cos(turn) - fx * StrictMath.sin(turn);
    double nodded = fy * StrictMath.cos(nod) + turnedZ * StrictMath.sin(nod);
    double px = turnedX * StrictMath.cos(tilt) - nodded * StrictMath.sin(tilt);
    double py = turnedX * StrictMath.sin(tilt) + nodded * StrictMath.cos(tilt);
    return new Point2D.Double(centreX + unit * px, centreY + unit * py);
  }

  /** Depth of the face's surface, an ellipsoid. */
  static double depth(double x, double y) {
    double rest = 1 - x * x / 1.1 - (y + 0.1) * (y + 0.1) / 3.2;
    return 0.85 * Math.sqrt(Math.max(0, rest));
  }

  /** A smooth curve through points of the face's surface, given as x, y, x, y, ... */
  Path2D curve(boolean closed, double... xy) {
    Point2D[] points = new Point2D[xy.length / 2];
    for (int i = 0; i < points.length; i++) {
      points[i] = at(xy[2 * i], xy[2 * i + 1]);
    }
    return Shapes.curve(closed, points);
  }

  /** Points at one depth, given as x, y, x, y, ... */
  Point2D[] points(double z, double... xy) {
    Point2D[] points = new Point2D[xy.length / 2];
    for (int i = 0; i < points.length; i++) {
      points[i] = at(xy[2 * i], xy[2 * i + 1], z);
    }
    return points;
  }
}
