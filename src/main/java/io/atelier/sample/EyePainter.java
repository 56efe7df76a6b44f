package io.atelier.sample;

import java.awt.Color;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/** Eyes and brows. */
final class EyePainter {
  /** Height of the eyes in the head. */
  static final double EYE_LINE = -0.12;

  private static final Color WHITE = new Color(0xf6f1ec);
  private static final Color LASH = new Color(0x1b1210);

  private final Canvas canvas;
  private final Sitting sitting;
  private final Person person;
  private final HeadFrame head;
  private final double unit;
  private final double half;
  private final double height;

  EyePainter(Canvas canvas, Sitting sitting) {
    this.canvas = canvas;
    this.sitting = sitting;
    this.person = sitting.person();
    this.head = sitting.head();
    this.unit = sitting.unit();
    double size = person.eyes().size();
    this.half = 0.21 + 0.08 * size;
    double lids = 0.72 + 0.5 * sitting.mimic().lids() - 0.18 * sitting.mimic().smile();
    this.height = (0.12 + 0.06 * size) * lids;
  }

  void paint() {
    for (int side = -1; side <= 1; side += 2) {
      eye(side);
      brow(side);
    }
  }

  /** A point of the eye: x runs from the inner corner (-1) to the outer (1). */
  private Point2D point(int side, double x, double y) {
    double lift = -0.11 * (person.eyes().slant() - 0.4) * x;
    return head.at(side * (sitting.eyeDistance() + x * half), EYE_LINE + y + lift);
  }

  private Path2D lid(int side, double... xy) {
    Point2D[] points = new Point2D[xy.length / 2];
    for (int i = 0; i < points.length; i++) {
      points[i] = point(side, xy[2 * i], xy[2 * i + 1]);
    }
    return Shapes.curve(false, points);
  }

  private void eye(int side) {
    double h = height;
    Path2D upper = lid(side, -1, 0.03, -0.55, -h * 0.75, 0.05, -h, 0.6, -h * 0.72, 1, -0.01);
    Path2D lower = lid(side, 1, -0.01, 0.55, h * 0.58, 0, h * 0.68, -0.6, h * 0.45, -1, 0.03);
    Path2D ball = new Path2D.Double(upper);
    ball.append(lower, true);
    ball.closePath();
    Path2D crease =
        lid(side, -0.9, -0.05, -0.5, -h - 0.05, 0.1, -h - 0.08, 0.7, -h - 0.04, 1.1, -0.05);
    canvas.line(crease, 0.05 * unit, Colours.alpha(sitting.shadow(), 0.75));
    Canvas eye = canvas.layer();
    eye.fill(ball, WHITE);
    eye.mask();
    iris(eye, side);
    eye.line(upper, 0.12 * unit, Colours.alpha(LASH, 0.35));
    canvas.draw(eye);
    double feminine = person.presentation();
    canvas.line(upper, (0.05 + 0.025 * feminine) * unit, LASH);
    canvas.line(lower, 0.022 * unit, Colours.alpha(Colours.shade(sitting.shadow(), 0.5), 0.7));
    if (feminine > 0.5) {
      canvas.line(lid(side, 0.8, -h * 0.5, 1.05, -h * 0.75, 1.3, -h - 0.04), 0.045 * unit, LASH);
    }
  }

  private void iris(Canvas eye, int side) {
    double gaze = 0.3 * sitting.mimic().gaze() - 0.25 * head.turn();
    Point2D centre = point(side, side * gaze, -height * 0.16);
    double radius = (0.13 + 0.03 * person.eyes().size()) * unit;
    double narrow = radius * head.narrow();
    Color colour = Colours.iris(person.eyes());
    eye.ellipse(centre, narrow, radius, head.tilt(), Colours.shade(colour, 0.5));
    eye.ellipse(centre, narrow * 0.82, radius * 0.82, head.tilt(), colour);
    eye.ellipse(centre, narrow * 0.45, radius * 0.45, 0, new Color(0x0d0909));
    Point2D glint =
        new Point2D.Double(
            centre.getX() + sitting.lit() * radius * 0.36, centre.getY() - radius * 0.4);
    eye.ellipse(glint, radius * 0.26, radius * 0.26, 0, new Color(255, 255, 255, 240));
  }

  private void brow(int side) {
    Person.Brows brows = person.brows();
    double raise = 0.09 * sitting.mimic().brows();
    double y = -0.25 - 0.15 * brows.height() - height * 0.4 - raise;
    double thick = 0.04 + 0.1 * brows.thickness();
    double arch = 0.01 + 0.11 * brows.arch();
    Point2D[] top = {
      point(side, -1.05, y + 0.02 - thick * 0.3),
      point(side, -0.5, y - arch * 0.45 - thick * 0.6),
      point(side, 0.3, y - arch - thick * 0.5),
      point(side, 1.3, y + 0.04)
    };
    Point2D[] bottom = {
      point(side, -1.05, y + 0.03 + thick * 0.6),
      point(side, -0.5, y - arch * 0.4 + thick * 0.5),
      point(side, 0.3, y - arch + thick * 0.4),
      point(side, 1.3, y + 0.06)
    };
    Color hair = Colours.hair(person.hair());
    Color colour = Colours.mix(Colours.shade(hair, 0.55), sitting.shadow(), 0.25);
    canvas.fill(Shapes.between(top, bottom), Colours.alpha(colour, 0.92));
  }
}
