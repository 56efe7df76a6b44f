package io.atelier.sample;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/** Neck, shoulders and what is worn on them. */
final class BodyPainter {
  private final Graphics2D g;
  private final Person person;
  private final Shot shot;
  private final HeadFrame head;
  private final HeadFrame body;
  private final Color skin;
  private final Color cloth;
  private final Color fold;

  BodyPainter(Graphics2D g, Person person, Shot shot, HeadFrame head) {
    this.g = g;
    this.person = person;
    this.shot = shot;
    this.head = head;
    this.body = head.body();
    this.skin = Colours.skin(person.skin());
    Shot.Clothing worn = shot.clothing();
    this.cloth = Colours.hsb(worn.hue(), worn.saturation(), worn.brightness());
    this.fold = Colours.shade(cloth, 0.45);
  }

  void paint() {
    neck();
    Shape torso = torso();
    g.setColor(cloth);
    g.fill(torso);
    Shape before = g.getClip();
    g.clip(torso);
    folds();
    switch (shot.clothing().garment()) {
      case T_SHIRT -> collarBand(2.12, 0.09);
      case SCOOP -> collarBand(2.62, 0.04);
      case SWEATER -> sweater();
      case HOODIE -> collarBand(2.2, 0.05);
      case SHIRT -> placket();
      case BLAZER -> lapels();
    }
    g.setClip(before);
    switch (shot.clothing().garment()) {
      case SHIRT -> collar(cloth);
      case BLAZER -> collar(new Color(0xf2f0ec));
      case HOODIE -> hood();
      case T_SHIRT, SCOOP, SWEATER -> {}
    }
  }

  private double shoulder() {
    return 2.15 - 0.35 * person.presentation();
  }

  private void neck() {
    double half = 0.64 - 0.14 * person.presentation();
    double spread = shot.clothing().garment() == Shot.Garment.SCOOP ? 1.3 : 0.8;
    Point2D[] edge = {
      head.at(-half, 0.6, -0.15),
      body.at(-half, 1.45, -0.1),
      body.at(-half - 0.06, 1.8, 0),
      body.at(-spread, 2.12, 0),
      body.at(-spread, 3.2, 0),
      body.at(spread, 3.2, 0),
      body.at(spread, 2.12, 0),
      body.at(half + 0.06, 1.8, 0),
      body.at(half, 1.45, -0.1),
      head.at(half, 0.6, -0.15)
    };
    Shape neck = Brush.curve(true, edge);
    Color shadow = Colours.skinShadow(skin);
    g.setColor(Colours.mix(skin, shadow, 0.18));
    g.fill(neck);
    Shape before = g.getClip();
    g.clip(neck);
    double unit = body.unit();
    Brush.spot(g, head.at(0, 1.38, 0.1), 1.05 * unit, 0.55 * unit, 0, shadow, 0.95);
    double dark = shot.light().side() >= 0 ? -1 : 1;
    Brush.spot(g, body.at(dark * half, 1.6, 0), 0.45 * unit, 0.8 * unit, 0, shadow, 0.6);
    Color glow = Colours.skinGlow(skin);
    Brush.spot(g, body.at(0, 2.45, 0.2), 0.7 * unit, 0.3 * unit, 0, glow, 0.35);
    for (int side = -1; side <= 1; side += 2) {
      Shape bone =
          Brush.curve(
              false, body.points(0.2, side * 0.1, 2.12, side * 0.5, 2.05, side * 1.0, 1.98));
      Brush.softLine(g, bone, 0.12 * unit, shadow, 0.35);
    }
    g.setClip(before);
  }

  private double neckline() {
    return switch (shot.clothing().garment()) {
      case T_SHIRT -> 2.12;
      case SCOOP -> 2.62;
      case SWEATER -> 1.72;
      case HOODIE -> 2.2;
      case SHIRT -> 2.45;
      case BLAZER -> 2.5;
    };
  }

  private Shape torso() {
    double s = shoulder();
    double open = shot.clothing().garment() == Shot.Garment.SCOOP ? 1.05 : 0.7;
    double high = shot.clothing().garment() == Shot.Garment.SWEATER ? 1.5 : 1.74;
    double low = neckline();
    Path2D path =
        Brush.curve(
            false,
            body.points(
                0.1,
                -open,
                high + (open > 1 ? 0.31 : 0),
                -open * 1.35,
                high + (open > 1 ? 0.37 : 0.24),
                -s * 0.75,
                2.18,
                -s * 1.02,
                2.5,
                -s * 1.16,
                3.4,
                -s * 1.2,
                6,
                0,
                6.5,
                s * 1.2,
                6,
                s * 1.16,
                3.4,
                s * 1.02,
                2.5,
                s * 0.75,
                2.18,
                open * 1.35,
                high + (open > 1 ? 0.37 : 0.24),
                open,
                high + (open > 1 ? 0.31 : 0)));
    boolean pointed =
        shot.clothing().garment() == Shot.Garment.SHIRT
            || shot.clothing().garment() == Shot.Garment.BLAZER;
    Point2D[] dip =
        pointed
            ? body.points(0.3, open, high, 0.3, low - 0.35, 0, low, -0.3, low - 0.35, -open, high)
            : body.points(
                0.3,
                open,
                high + (open > 1 ? 0.31 : 0),
                open * 0.72,
                high + (low - high) * 0.72,
                0,
                low,
                -open * 0.72,
                high + (low - high) * 0.72,
                -open,
                high + (open > 1 ? 0.31 : 0));
    path.append(Brush.curve(false, dip), true);
    path.closePath();
    return path;
  }

  private void folds() {
    double unit = body.unit();
    double dark = shot.light().side() >= 0 ? -1 : 1;
    Color lit = Colours.mix(cloth, Color.WHITE, 0.35);
    Brush.spot(g, body.at(dark * shoulder(), 3.4, 0), 1.3 * unit, 2.2 * unit, 0, fold, 0.75);
    Brush.spot(g, body.at(-dark * 1.2, 2.35, 0), 0.9 * unit, 0.4 * unit, 0, lit, 0.5);
    Brush.spot(g, head.at(0, 1.75, 0), 1.0 * unit, 0.5 * unit, 0, fold, 0.6);
    Draws draws = new Draws(Draws.seed(shot.camera().grain(), 1));
    for (int i = 0; i < 9; i++) {
      double x = draws.between(-1.9, 1.9);
      double y = draws.between(2.5, 3.6);
      double lean = draws.between(-0.3, 0.3) - 0.25 * x;
      Shape crease =
          Brush.curve(
              false,
              body.points(0, x, y, x + lean * 0.6, y + 0.4, x + lean, y + draws.between(0.7, 1.3)));
      Brush.softLine(g, crease, draws.between(0.12, 0.3) * unit, i % 3 == 0 ? lit : fold, 0.22);
    }
    for (int side = -1; side <= 1; side += 2) {
      double s = shoulder();
      Shape sleeve =
          Brush.curve(
              false,
              body.points(0, side * s * 0.8, 2.3, side * s * 0.76, 2.9, side * s * 0.82, 3.8));
      Brush.softLine(g, sleeve, 0.3 * unit, fold, 0.28);
    }
  }

  private void collarBand(double low, double width) {
    double open = low > 2.5 ? 1.05 : 0.7;
    double high = low > 2.5 ? 1.99 : 1.74;
    double inner = high + (low - high) * 0.72;
    Shape band =
        Brush.curve(
            false,
            body.points(
                0.3, -open, high, -open * 0.72, inner, 0, low, open * 0.72, inner, open, high));
    double unit = body.unit();
    Brush.line(g, band, 2 * width * unit, Colours.shade(cloth, 0.86));
    Brush.softLine(g, band, 2.6 * width * unit, fold, 0.35);
  }

  private void sweater() {
    double unit = body.unit();
    Color rib = Colours.alpha(fold, 0.28);
    for (int i = -24; i <= 24; i++) {
      double x = i * 0.1;
      Shape line = Brush.curve(false, body.points(0, x, 2.1, x * 1.04, 3.2, x * 1.06, 5));
      Brush.line(g, line, 0.028 * unit, rib);
    }
    Shape roll =
        Brush.curve(
            false, body.points(0.3, -0.78, 1.66, -0.5, 1.86, 0, 1.94, 0.5, 1.86, 0.78, 1.66));
    Brush.line(g, roll, 0.42 * unit, Colours.shade(cloth, 0.92));
    for (int i = -8; i <= 8; i++) {
      double x = i * 0.09;
      double y = 1.9 - 0.35 * x * x;
      Shape line = Brush.curve(false, body.points(0.3, x, y - 0.22, x * 1.05, y + 0.2));
      Brush.softLine(g, line, 0.05 * unit, fold, 0.4);
    }
    Shape edge =
        Brush.curve(
            false, body.points(0.3, -0.86, 1.84, -0.55, 2.06, 0, 2.16, 0.55, 2.06, 0.86, 1.84));
    Brush.softLine(g, edge, 0.13 * unit, fold, 0.6);
  }

  private void placket() {
    double unit = body.unit();
    Shape line = Brush.curve(false, body.points(0.3, 0.1, 2.4, 0.1, 3.2, 0.1, 5));
    Brush.softLine(g, line, 0.08 * unit, fold, 0.5);
    for (int i = 0; i < 4; i++) {
      Point2D button = body.at(0, 2.75 + 0.5 * i, 0.3);
      Brush.ellipse(g, button, 0.045 * unit, 0.045 * unit, 0, Colours.mix(cloth, Color.WHITE, 0.6));
    }
  }

  private void lapels() {
    double unit = body.unit();
    Path2D shirt =
        Brush.curve(false, body.points(0.3, -0.7, 1.6, -0.4, 2.4, 0, 3.9, 0.4, 2.4, 0.7, 1.6));
    shirt.closePath();
    g.setColor(new Color(0xf2f0ec));
    g.fill(shirt);
    Brush.spot(g, body.at(0, 2.3, 0.3), 0.5 * unit, 0.4 * unit, 0, new Color(0x807c84), 0.5);
    for (int side = -1; side <= 1; side += 2) {
      Path2D lapel = new Path2D.Double();
      double[] xy = {0.62, 1.7, 1.0, 2.35, 0.78, 2.5, 0.95, 2.68, 0.03, 4.0, 0.4, 2.45};
      Point2D[] points = new Point2D[xy.length / 2];
      for (int i = 0; i < points.length; i++) {
        points[i] = body.at(side * xy[2 * i], xy[2 * i + 1], 0.3);
      }
      lapel.append(Brush.curve(true, points), false);
      Brush.softLine(g, lapel, 0.14 * unit, fold, 0.5);
      g.setColor(Colours.shade(cloth, side * shot.light().side() > 0 ? 1.12 : 0.95));
      g.fill(lapel);
    }
  }

  private void collar(Color colour) {
    double unit = body.unit();
    for (int side = -1; side <= 1; side += 2) {
      Path2D flap = new Path2D.Double();
      double[] xy = {0.7, 1.55, 0.42, 1.95, 0.06, 2.42, 0.4, 2.62, 0.86, 2.0};
      for (int i = 0; i < xy.length; i += 2) {
        Point2D p = body.at(side * xy[i], xy[i + 1], 0.3);
        if (i == 0) {
          flap.moveTo(p.getX(), p.getY());
        } else {
          flap.lineTo(p.getX(), p.getY());
        }
      }
      flap.closePath();
      Color shade = Colours.shade(colour, 0.45);
      Brush.softLine(g, flap, 0.13 * unit, shade, 0.5);
      g.setColor(Colours.mix(colour, Color.WHITE, side * shot.light().side() > 0 ? 0.25 : 0.08));
      g.fill(flap);
    }
  }

  private void hood() {
    double unit = body.unit();
    for (int side = -1; side <= 1; side += 2) {
      Point2D[] points = new Point2D[7];
      double[] xy = {0.62, 1.3, 0.98, 1.4, 1.25, 1.85, 0.9, 2.3, 0.1, 2.5, 0.3, 2.15, 0.6, 1.8};
      for (int i = 0; i < points.length; i++) {
        points[i] = body.at(side * xy[2 * i], xy[2 * i + 1], 0.2);
      }
      Shape part = Brush.curve(true, points);
      Brush.softLine(g, part, 0.14 * unit, fold, 0.6);
      g.setColor(Colours.shade(cloth, 0.93));
      g.fill(part);
      Shape before = g.getClip();
      g.clip(part);
      Brush.spot(
          g, points[2], 0.4 * unit, 0.4 * unit, 0, Colours.mix(cloth, Color.WHITE, 0.4), 0.5);
      Brush.spot(g, points[6], 0.4 * unit, 0.5 * unit, 0, fold, 0.7);
      g.setClip(before);
      Shape cord =
          Brush.curve(false, body.points(0.3, side * 0.3, 2.4, side * 0.34, 2.8, side * 0.3, 3.25));
      Brush.line(g, cord, 0.055 * unit, Colours.mix(cloth, Color.WHITE, 0.75));
    }
  }
}
