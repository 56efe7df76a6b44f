package io.atelier.sample;

import java.awt.Color;
import java.awt.geom.Point2D;

/** Curls, drawn one by one, and the afro. */
final class CurlPainter {
  private final Sitting sitting;
  private final Person.Hair hair;
  private final HeadFrame head;
  private final double unit;
  private final Color colour;
  private final Color dark;
  private final Color light;

  CurlPainter(Sitting sitting, Color colour, Color dark, Color light) {
    this.sitting = sitting;
    this.hair = sitting.person().hair();
    this.head = sitting.head();
    this.unit = sitting.unit();
    this.colour = colour;
    this.dark = dark;
    this.light = light;
  }

  /** Curls beside the neck, as far down as the hair is long. */
  void paintBehind(Canvas canvas) {
    double end = 0.2 + 1.1 * hair.length() * sitting.person().presentation();
    double wide = 1.1 + 0.4 * (0.06 + 0.24 * hair.volume());
    for (double y = -0.9; y <= end; y += 0.22) {
      for (int side = -1; side <= 1; side += 2) {
        curl(canvas, head.at(side * wide, y, -0.3), 0.3, y);
        curl(canvas, head.at(side * (wide - 0.3), y + 0.1, -0.3), 0.28, y + 1);
      }
    }
  }

  /** Curls between hairline and crown. */
  void paintFront(Canvas canvas, Point2D[] inner, Point2D[] outer) {
    double full = 0.5 + 0.5 * hair.volume();
    canvas.fill(Shapes.between(inner, outer), dark);
    for (int ring = 2; ring >= 0; ring--) {
      double share = 0.12 + 0.42 * ring;
      for (int i = 0; i < 15; i++) {
        double at = 0.3 + 7.4 * (i + 0.5 * (ring % 2)) / 15;
        Point2D centre = Shapes.between(Shapes.along(inner, at), Shapes.along(outer, at), share);
        curl(canvas, centre, 0.17 + 0.06 * full, i + 0.37 * ring);
      }
    }
  }

  private void curl(Canvas canvas, Point2D centre, double size, double number) {
    double turn = 2.4 * number;
    double r = size * unit;
    canvas.ellipse(centre, r, r * 0.88, 0, dark);
    canvas.ellipse(centre, r * 0.86, r * 0.74, 0, colour);
    Point2D[] arc = new Point2D[4];
    for (int i = 0; i < arc.length; i++) {
      arc[i] = Shapes.polar(centre, 0.5 * r, 0.45 * r, turn + 0.8 * i);
    }
    canvas.line(Shapes.curve(false, arc), 0.05 * unit, Colours.alpha(light, 0.65));
  }

  /** A round mass of hair behind the head. */
  void paintAfro(Canvas canvas) {
    double rx = 1.42 + 0.34 * hair.volume();
    double ry = 1.28 + 0.3 * hair.volume();
    Point2D centre = head.at(0, -0.82, -0.4);
    int bumps = 20;
    for (int i = 0; i < bumps; i++) {
      Point2D edge =
          Shapes.polar(centre, (rx - 0.18) * unit, (ry - 0.18) * unit, 2 * Math.PI * i / bumps);
      canvas.ellipse(edge, 0.26 * unit, 0.26 * unit, 0, i % 2 == 0 ? colour : dark);
    }
    canvas.ellipse(centre, (rx - 0.08) * unit, (ry - 0.08) * unit, head.tilt(), colour);
    Point2D top = head.at(0.5 * sitting.lit(), -1.75, -0.3);
    canvas.spot(top, 0.8 * unit, 0.5 * unit, head.tilt(), light, 0.6);
    Draws draws = new Draws(Draws.seed(sitting.person().texture(), 7));
    for (int i = 0; i < 26; i++) {
      double far = Math.sqrt(draws.between(0.25, 1));
      Point2D at =
          Shapes.polar(
              centre, far * rx * unit * 0.95, far * ry * unit * 0.95, draws.between(3, 6.5));
      canvas.ellipse(
          at, 0.09 * unit, 0.08 * unit, 0, Colours.alpha(i % 2 == 0 ? dark : light, 0.4));
    }
  }
}
