package io.atelier.sample;

import io.atelier.sample.Person.HairStyle;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/** Hair: what lies behind the head and what lies in front of it. */
final class HairPainter {
  private final Sitting sitting;
  private final Person.Hair hair;
  private final HeadFrame head;
  private final double unit;
  private final Color colour;
  private final Color dark;
  private final Color light;
  private final double volume;
  private final CurlPainter curls;

  HairPainter(Sitting sitting) {
    this.sitting = sitting;
    this.hair = sitting.person().hair();
    this.head = sitting.head();
    this.unit = sitting.unit();
    this.colour = Colours.hair(hair);
    this.dark = Colours.shade(colour, 0.62);
    this.light = Colours.mix(Colours.shade(colour, 1.25), new Color(0xffe9cc), 0.2);
    this.volume = 0.06 + 0.24 * hair.volume();
    this.curls = new CurlPainter(sitting, colour, dark, light);
  }

  /** Hair behind neck and face. */
  void paintBack(Canvas canvas) {
    switch (hair.style()) {
      case BALD, BUZZ, SHORT, PARTED -> {}
      case CURLY -> curls.paintBehind(canvas);
      case AFRO -> curls.paintAfro(canvas);
      case BOB, LONG_STRAIGHT, LONG_WAVY -> fall(canvas);
      case BUN -> bun(canvas);
      case PONYTAIL -> tail(canvas);
    }
  }

  /** Hair over the forehead and down the sides, and its shadow on the face. */
  void paintFront(Canvas canvas) {
    if (hair.style() != HairStyle.BALD && hair.style() != HairStyle.BUZZ) {
      Shape edge =
          head.curve(
              false, -0.86, -0.62, -0.45, -0.95 + fringe(), 0.45, -0.95 + fringe(), 0.86, -0.62);
      canvas.softLine(edge, 0.34 * unit, sitting.shadow(), 0.4);
    }
    switch (hair.style()) {
      case BALD -> shine(canvas);
      case BUZZ -> buzz(canvas);
      case SHORT -> cap(canvas, hairline(), crown(volume), 5);
      case PARTED -> parted(canvas);
      case CURLY -> curls.paintFront(canvas, hairline(), crown(0.31 + 0.15 * hair.volume()));
      case AFRO -> cap(canvas, hairline(), crown(0.1), 0);
      case BOB, LONG_STRAIGHT, LONG_WAVY -> curtains(canvas);
      case BUN, PONYTAIL -> swept(canvas);
    }
  }

  /** How far the hair comes down over the forehead. */
  private double fringe() {
    return switch (hair.style()) {
      case SHORT -> 0.3 * hair.fringe();
      case BOB, LONG_STRAIGHT -> bangs() ? 0.42 : 0;
      default -> 0;
    };
  }

  /** Straight hair cut over the brows: an alternative to a parting. */
  private boolean bangs() {
    return hair.fringe() > 0.6 && hair.style() != HairStyle.LONG_WAVY;
  }

  /** Where forehead and hair meet, picture left to right. */
  private Point2D[] hairline() {
    double fall = fringe();
    double lean = hair.style() == HairStyle.SHORT ? Math.signum(hair.parting()) : 0;
    double left = fall * (1 + 0.4 * lean);
    double right = fall * (1 - 0.4 * lean);
    double temple = hair.style() == HairStyle.SHORT ? 0.16 : 0.02;
    return new Point2D[] {
      head.at(-1.0, temple, 0.1),
      head.at(-0.94, -0.42),
      head.at(-0.83, -0.86 + left * 0.5),
      head.at(-0.45, -1.1 + left),
      head.at(0, -1.14 + fall),
      head.at(0.45, -1.1 + right),
      head.at(0.83, -0.86 + right * 0.5),
      head.at(0.94, -0.42),
      head.at(1.0, temple, 0.1),
    };
  }

  /** The outer edge of hair that lies on the head, picture left to right. */
  private Point2D[] crown(double fullness) {
    double v = fullness;
    return new Point2D[] {
      head.at(-1.04 - v * 0.2, 0.1, -0.1),
      head.at(-1.08 - v * 0.6, -0.5, -0.15),
      head.at(-1.0 - v * 0.8, -1.05, -0.2),
      head.at(-0.62 - v * 0.3, -1.54 - v * 0.8, -0.2),
      head.at(0, -1.72 - v, -0.2),
      head.at(0.62 + v * 0.3, -1.54 - v * 0.8, -0.2),
      head.at(1.0 + v * 0.8, -1.05, -0.2),
      head.at(1.08 + v * 0.6, -0.5, -0.15),
      head.at(1.04 + v * 0.2, 0.1, -0.1),
    };
  }

  private void shine(Canvas canvas) {
    double x = sitting.lit() * 0.3;
    canvas.spot(head.at(x, -1.2), 0.4 * unit, 0.22 * unit, head.tilt(), new Color(0xfff6ea), 0.55);
  }

  private void buzz(Canvas canvas) {
    canvas.fill(Shapes.between(hairline(), crown(0.03)), Colours.alpha(colour, 0.82));
  }

  /** Hair between hairline and crown, with locks combed across and a band of light. */
  private void cap(Canvas canvas, Point2D[] inner, Point2D[] outer, int locks) {
    Canvas layer = canvas.layer();
    layer.fill(Shapes.between(inner, outer), colour);
    layer.mask();
    shade(layer, inner, outer);
    double lean = -Math.signum(hair.parting());
    for (int i = 0; i < locks; i++) {
      double at = 1.4 + 5.4 * i / Math.max(1, locks - 1);
      Point2D root = Shapes.along(outer, at);
      Point2D tip = Shapes.along(inner, Colours.clamp(at + lean * 0.9, 0, 7.99));
      Point2D bend =
          Shapes.between(root, Shapes.along(outer, Colours.clamp(at + lean, 0, 7.9)), 0.6);
      strand(layer, i, root, bend, tip);
    }
    canvas.draw(layer);
  }

  /** A band of light where the head turns towards the lamp, shade on the other side. */
  private void shade(Canvas layer, Point2D[] inner, Point2D[] outer) {
    int last = inner.length - 1;
    double place = last * (0.5 + 0.16 * sitting.lit());
    Point2D band = Shapes.between(Shapes.along(inner, place), Shapes.along(outer, place), 0.6);
    layer.spot(band, 0.62 * unit, 0.26 * unit, head.tilt(), light, 0.75);
    Point2D far = Shapes.along(outer, last * (0.5 - 0.42 * sitting.lit()));
    layer.spot(far, 0.6 * unit, 1.2 * unit, head.tilt(), dark, 0.9);
  }

  private void strand(Canvas layer, int number, Point2D... points) {
    Color tint = number % 2 == 0 ? dark : light;
    layer.line(Shapes.curve(false, points), 0.05 * unit, Colours.alpha(tint, 0.5));
  }

  /** Hair parted at one side and swept over the other. */
  private void parted(Canvas canvas) {
    double lean = Math.signum(hair.parting());
    double v = 0.1 + volume;
    Point2D[] inner = new Point2D[9];
    Point2D[] outer = new Point2D[9];
    double[][] low = {
      {-1.0, 0.1},
      {-0.97, -0.45},
      {-0.9, -0.9},
      {-0.6, -1.2},
      {-0.42, -1.32},
      {0.1, -1.0},
      {0.68, -0.78},
      {0.97, -0.5},
      {1.0, 0.1}
    };
    double[][] high = {
      {-1.05, 0.1},
      {-1.09, -0.5},
      {-1.04, -1.05},
      {-0.8, -1.5},
      {-0.42, -1.62 - v * 0.4},
      {0.15, -1.74 - v},
      {0.8, -1.5 - v},
      {1.12 + v / 2, -0.85},
      {1.05, 0.1}
    };
    for (int i = 0; i < 9; i++) {
      int from = lean < 0 ? i : 8 - i;
      inner[i] = head.at(-lean * low[from][0], low[from][1], i == 0 || i == 8 ? 0.1 : 0.45);
      outer[i] = head.at(-lean * high[from][0], high[from][1], -0.15);
    }
    cap(canvas, inner, outer, 0);
    Shape part = Shapes.curve(false, head.at(lean * 0.42, -1.3), head.at(lean * 0.5, -1.58, 0.2));
    canvas.line(part, 0.05 * unit, dark);
    for (int i = 0; i < 4; i++) {
      double x = 0.1 + 0.26 * i;
      Shape lock =
          Shapes.curve(
              false,
              head.at(lean * 0.4, -1.36 - 0.06 * i),
              head.at(-lean * (x - 0.1), -1.34 - 0.04 * i, 0.4),
              head.at(-lean * (x + 0.18), -1.02 + 0.05 * i, 0.5));
      canvas.line(lock, 0.05 * unit, Colours.alpha(i % 2 == 0 ? dark : light, 0.5));
    }
  }

  /** How far long hair comes down. */
  private double end() {
    return hair.style() == HairStyle.BOB ? 1.0 + 0.4 * hair.length() : 1.9 + 0.7 * hair.length();
  }

  private double wave() {
    return hair.style() == HairStyle.LONG_WAVY ? 0.14 : 0;
  }

  private void fall(Canvas canvas) {
    double end = end();
    double w = 1.12 + volume;
    Point2D[][] edge = new Point2D[2][9];
    for (int s = 0; s < 2; s++) {
      int side = 2 * s - 1;
      edge[s][0] = head.at(side * 0.2, -1.7 - volume, -0.25);
      edge[s][1] = head.at(side * 0.8, -1.45 - volume, -0.25);
      for (int i = 2; i < 9; i++) {
        double share = (i - 2) / 6.0;
        double x = w + 0.12 * share + wave() * (i % 2 == 0 ? 1 : -0.6);
        edge[s][i] = head.at(side * x, -0.9 + share * (end + 0.9), -0.25);
      }
    }
    canvas.fill(Shapes.between(edge[0], edge[1]), dark);
  }

  /** Two falls of hair that frame the face, from the parting or from under the bangs. */
  private void curtains(Canvas canvas) {
    if (bangs()) {
      Point2D[] inner = hairline();
      cap(canvas, inner, crown(volume), 0);
      for (int i = -2; i <= 2; i++) {
        Shape cut = head.curve(false, 0.28 * i, -0.74, 0.24 * i, -1.15);
        canvas.line(cut, 0.04 * unit, Colours.alpha(dark, 0.6));
      }
    }
    double end = end();
    double part = bangs() ? 0 : 0.5 * hair.parting();
    double v = volume;
    for (int side = -1; side <= 1; side += 2) {
      double top = bangs() ? 0.84 : 0;
      Point2D[] inner = {
        bangs() ? head.at(side * 0.86, -0.9) : head.at(part, -1.24),
        head.at(top + part + (side - part) * (0.55 - top), -1.05),
        head.at(side * 0.86, -0.64, 0.32),
        head.at(side * (0.95 - 0.3 * wave()), -0.05, 0.22),
        head.at(side * (0.94 + 0.5 * wave()), 0.5, 0.2),
        head.at(side * (0.9 - wave()), 0.5 + (end - 0.5) * 0.4, 0.15),
        head.at(side * (0.9 + wave()), 0.5 + (end - 0.5) * 0.72, 0.1),
        head.at(side * 0.98, end, 0.1)
      };
      if (bangs()) {
        inner[1] = head.at(side * 0.88, -0.8);
      }
      Point2D[] outer = {
        head.at(part, -1.72 - v, -0.1),
        head.at(side * 0.66, -1.58 - v * 0.8, -0.1),
        head.at(side * (1.06 + v), -0.98, -0.1),
        head.at(side * (1.16 + v + 0.5 * wave()), -0.2, -0.05),
        head.at(side * (1.22 + v - 0.6 * wave()), 0.5, 0),
        head.at(side * (1.24 + v + wave()), 0.5 + (end - 0.5) * 0.4, 0),
        head.at(side * (1.24 + v - 0.6 * wave()), 0.5 + (end - 0.5) * 0.72, 0.02),
        head.at(side * (1.14 + v * 0.6), end + 0.05, 0.05)
      };
      lock(canvas, side, inner, outer);
    }
  }

  private void lock(Canvas canvas, int side, Point2D[] inner, Point2D[] outer) {
    Canvas layer = canvas.layer();
    layer.fill(Shapes.between(inner, outer), colour);
    layer.mask();
    Point2D band = Shapes.between(Shapes.along(inner, 1.6), Shapes.along(outer, 1.6), 0.5);
    layer.spot(band, 0.5 * unit, 0.3 * unit, 0.5 * side, light, side == sitting.lit() ? 0.85 : 0.5);
    layer.line(Shapes.curve(false, inner), 0.12 * unit, Colours.alpha(dark, 0.7));
    for (int i = 1; i <= 3; i++) {
      Point2D[] points = new Point2D[inner.length];
      for (int k = 0; k < points.length; k++) {
        points[k] = Shapes.between(inner[k], outer[k], 0.25 * i);
      }
      strand(layer, i + 1, points);
    }
    canvas.draw(layer);
  }

  private void swept(Canvas canvas) {
    Point2D[] inner = hairline();
    Point2D[] outer = crown(volume * 0.5);
    cap(canvas, inner, outer, 0);
    for (int i = 1; i < 8; i++) {
      Point2D root = inner[i];
      Point2D tip = Shapes.between(root, head.at(0, -1.8, -0.2), 0.62);
      canvas.line(
          Shapes.curve(false, root, tip),
          0.045 * unit,
          Colours.alpha(i % 2 == 0 ? dark : light, 0.5));
    }
  }

  private void bun(Canvas canvas) {
    double size = 0.4 + 0.18 * hair.volume();
    Point2D centre = head.at(0.2 * hair.parting(), -1.7 - size * 0.7, -0.35);
    canvas.ellipse(centre, size * 1.12 * unit, size * unit, head.tilt(), colour);
    canvas.spot(
        Shapes.polar(centre, 0.4 * size * unit, 0.4 * size * unit, -1.57 + 0.7 * sitting.lit()),
        0.5 * size * unit,
        0.4 * size * unit,
        0,
        light,
        0.8);
    for (int i = 1; i <= 2; i++) {
      Path2D turn = new Path2D.Double();
      turn.append(
          Shapes.ellipse(
              centre, size * (1.0 - 0.32 * i) * unit, size * (0.9 - 0.32 * i) * unit, 0.4),
          false);
      canvas.line(turn, 0.04 * unit, Colours.alpha(dark, 0.7));
    }
  }

  private void tail(Canvas canvas) {
    double side = Math.signum(hair.parting());
    double end = 1.2 + 0.9 * hair.length();
    Point2D[] inner = {
      head.at(side * 0.3, -1.66, -0.4),
      head.at(side * 0.95, -1.5, -0.4),
      head.at(side * 1.12, -0.6, -0.4),
      head.at(side * 1.05, 0.4, -0.4),
      head.at(side * 1.3, end, -0.4)
    };
    Point2D[] outer = {
      head.at(side * 0.4, -1.95, -0.4),
      head.at(side * 1.25, -1.95, -0.4),
      head.at(side * (1.6 + 0.2 * hair.volume()), -0.7, -0.4),
      head.at(side * (1.65 + 0.2 * hair.volume()), 0.5, -0.4),
      head.at(side * 1.4, end + 0.1, -0.4)
    };
    canvas.fill(Shapes.between(inner, outer), colour);
    for (int i = 1; i <= 2; i++) {
      Point2D[] points = new Point2D[inner.length];
      for (int k = 0; k < points.length; k++) {
        points[k] = Shapes.between(inner[k], outer[k], 0.33 * i);
      }
      strand(canvas, i, points);
    }
  }
}
