package io.atelier.sample;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.RoundRectangle2D;

/** Eyes, brows and glasses. */
final class EyePainter {
  private static final double EYE_LINE = -0.12;

  private final Graphics2D g;
  private final Person person;
  private final Shot shot;
  private final HeadFrame frame;
  private final Color skin;
  private final Color shadow;
  private final double half;
  private final double height;

  EyePainter(Graphics2D g, Person person, Shot shot, HeadFrame frame) {
    this.g = g;
    this.person = person;
    this.shot = shot;
    this.frame = frame;
    this.skin = Colours.skin(person.skin());
    this.shadow = Colours.skinShadow(skin);
    this.half = 0.215 + 0.05 * person.eyes().size();
    double smile = Math.max(0, shot.expression().smile());
    double lids = 0.65 + 0.5 * shot.expression().lids() - 0.14 * smile;
    this.height = (0.112 + 0.045 * person.eyes().size()) * lids;
  }

  /** How far each eye's centre is from the middle of the face, in head units. */
  static double distance(Person.Eyes eyes) {
    return 0.39 + 0.09 * eyes.distance();
  }

  void paint() {
    for (int side = -1; side <= 1; side += 2) {
      eye(side);
      brow(side);
    }
  }

  /** A point of the eye: x runs from the inner corner (-1) to the outer (1). */
  private Point2D point(int side, double x, double y) {
    double lift = -0.05 * (person.eyes().slant() - 0.3) * x;
    double centre = distance(person.eyes());
    return frame.at(side * (centre + x * half), EYE_LINE + y + lift);
  }

  private Path2D lid(int side, double... xy) {
    Point2D[] points = new Point2D[xy.length / 2];
    for (int i = 0; i < points.length; i++) {
      points[i] = point(side, xy[2 * i], xy[2 * i + 1]);
    }
    return Brush.curve(false, points);
  }

  private void eye(int side) {
    double unit = frame.unit();
    Path2D upper =
        lid(side, -1, 0.025, -0.55, -height * 0.75, 0.05, -height, 0.6, -height * 0.72, 1, -0.01);
    Path2D lower =
        lid(side, 1, -0.01, 0.55, height * 0.58, 0, height * 0.66, -0.6, height * 0.45, -1, 0.025);
    Path2D ball = new Path2D.Double(upper);
    ball.append(lower, true);
    ball.closePath();

    Path2D crease =
        lid(
            side,
            -0.9,
            -0.04,
            -0.5,
            -height - 0.045,
            0.1,
            -height - 0.07,
            0.7,
            -height - 0.03,
            1.1,
            -0.04);
    Brush.softLine(g, crease, 0.075 * unit, Colours.shade(shadow, 0.8), 0.5);
    Brush.softLine(g, lower, 0.07 * unit, shadow, 0.4);

    g.setColor(new Color(0xf1ebe6));
    g.fill(ball);
    Shape before = g.getClip();
    g.clip(ball);
    Brush.spot(g, point(side, -1, 0.02), 0.14 * unit, 0.12 * unit, 0, new Color(0xb98a80), 0.6);
    Brush.spot(g, point(side, 1, 0.0), 0.16 * unit, 0.14 * unit, 0, new Color(0xa08a84), 0.55);
    iris(side);
    Brush.softLine(g, upper, 0.13 * unit, new Color(0x2a1a16), 0.55);
    g.setClip(before);

    Color lash = Colours.mix(new Color(0x17100e), shadow, 0.12);
    Brush.line(g, upper, (0.024 + 0.02 * person.presentation()) * unit, lash);
    Brush.line(g, lower, 0.012 * unit, Colours.alpha(Colours.shade(shadow, 0.6), 0.6));
    lashes(side, lash);
  }

  private void iris(int side) {
    double unit = frame.unit();
    double gaze = 0.28 * shot.expression().gaze() - 0.3 * frame.turn();
    Point2D centre = point(side, side * gaze, -height * 0.18);
    double radius = 0.126 * unit;
    Color colour = Colours.iris(person.eyes().iris());
    double narrow = Math.cos(frame.turn());
    Brush.disc(
        g,
        centre,
        radius * narrow,
        radius,
        frame.tilt(),
        new float[] {0f, 0.45f, 0.8f, 1f},
        new Color[] {
          Colours.mix(colour, new Color(0xc99a55), 0.25),
          Colours.shade(colour, 1.15),
          colour,
          Colours.shade(colour, 0.35)
        });
    Brush.ellipse(g, centre, radius * 0.45 * narrow, radius * 0.45, 0, new Color(0x0b0808));
    double lit = shot.light().side() >= 0 ? 1 : -1;
    Point2D glint =
        new Point2D.Double(centre.getX() + lit * radius * 0.38, centre.getY() - radius * 0.4);
    Brush.ellipse(g, glint, radius * 0.24, radius * 0.24, 0, new Color(255, 255, 255, 235));
    Point2D second =
        new Point2D.Double(centre.getX() - lit * radius * 0.4, centre.getY() + radius * 0.42);
    Brush.spot(g, second, radius * 0.4, radius * 0.3, 0, Color.WHITE, 0.35);
  }

  private void lashes(int side, Color lash) {
    double length = 0.015 + 0.075 * Math.pow(person.presentation(), 3);
    for (int i = 0; i < 7; i++) {
      double x = 0.25 + i * 0.125;
      double arc = height * (1 - x * x * 0.95);
      Path2D hair = lid(side, x, -arc, x + 0.1, -arc - length * 0.55, x + 0.24, -arc - length);
      Brush.line(g, hair, 0.014 * frame.unit(), Colours.alpha(lash, 0.8));
    }
  }

  private void brow(int side) {
    Person.Brows brows = person.brows();
    double raise = 0.05 * shot.expression().brows();
    double inner = 0.12 * Math.min(0, shot.expression().brows()) * -0.5;
    double y = -0.27 - 0.11 * brows.height() - height * 0.4 - raise;
    double thick = 0.045 + 0.06 * brows.thickness();
    double arch = 0.03 + 0.06 * brows.arch();
    Point2D[] top = {
      point(side, -1.1, y + 0.015 + inner - thick * 0.3),
      point(side, -0.5, y - arch * 0.45 - thick * 0.65),
      point(side, 0.3, y - arch - thick * 0.5),
      point(side, 1.35, y + 0.05)
    };
    Point2D[] bottom = {
      point(side, 1.35, y + 0.06),
      point(side, 0.3, y - arch + thick * 0.4),
      point(side, -0.5, y - arch * 0.4 + thick * 0.5),
      point(side, -1.1, y + 0.03 + inner + thick * 0.6)
    };
    Path2D shape = Brush.curve(false, top);
    shape.append(Brush.curve(false, bottom), true);
    shape.closePath();
    Color colour = browColour();
    Brush.softLine(g, shape, 0.06 * frame.unit(), colour, 0.3);
    g.setColor(Colours.alpha(colour, 0.72));
    g.fill(shape);
    hairs(side, top, bottom, colour);
  }

  private Color browColour() {
    Color hair = Colours.hair(person.hair());
    return Colours.mix(Colours.shade(hair, 0.62), shadow, 0.25);
  }

  private void hairs(int side, Point2D[] top, Point2D[] bottom, Color colour) {
    Draws draws = new Draws(Draws.seed(person.texture(), 3 + side));
    for (int i = 0; i < 60; i++) {
      double along = draws.between(0, 2.6);
      int piece = (int) along;
      double share = along - piece;
      Point2D high = Brush.between(top[piece], top[piece + 1], share);
      Point2D low = Brush.between(bottom[3 - piece], bottom[2 - piece], share);
      Point2D root = Brush.between(low, high, draws.between(-0.05, 0.5));
      Point2D tip = Brush.between(root, top[Math.min(3, piece + 1)], draws.between(0.2, 0.4));
      Brush.line(
          g,
          Brush.curve(false, root, tip),
          0.012 * frame.unit(),
          Colours.alpha(Colours.shade(colour, draws.between(0.6, 1.3)), 0.7));
    }
  }

  /** Glasses, if the person wears any. */
  void paintGlasses() {
    Person.Glasses glasses = person.glasses();
    if (!glasses.worn()) {
      return;
    }
    double unit = frame.unit();
    Color rim = Colours.hsb(glasses.hue(), 0.45, 0.2);
    double thick = (0.03 + 0.045 * glasses.rim()) * unit;
    double centre = distance(person.eyes()) + 0.02;
    for (int side = -1; side <= 1; side += 2) {
      Point2D middle = frame.at(side * centre, EYE_LINE + 0.02, 0.86);
      Shape lens = lens(middle);
      g.setColor(new Color(235, 244, 255, 26));
      g.fill(lens);
      Shape before = g.getClip();
      g.clip(lens);
      Point2D from = new Point2D.Double(middle.getX() - 0.3 * unit, middle.getY() + 0.3 * unit);
      Point2D to = new Point2D.Double(middle.getX() + 0.05 * unit, middle.getY() - 0.4 * unit);
      Brush.softLine(g, Brush.curve(false, from, to), 0.14 * unit, Color.WHITE, 0.2);
      g.setClip(before);
      Shape drop =
          AffineTransform.getTranslateInstance(0, 0.035 * unit).createTransformedShape(lens);
      Brush.softLine(g, drop, thick * 1.6, shadow, 0.3);
      Brush.line(g, lens, thick, rim);
      Point2D hinge = frame.at(side * (centre + 0.31), EYE_LINE - 0.06, 0.8);
      Point2D ear = frame.at(side * 1.02, EYE_LINE - 0.04, 0);
      Brush.line(g, Brush.curve(false, hinge, ear), thick * 0.9, rim);
    }
    Point2D[] bridge = {
      frame.at(-centre + 0.3, EYE_LINE - 0.02, 0.92),
      frame.at(0, EYE_LINE - 0.08, 1.0),
      frame.at(centre - 0.3, EYE_LINE - 0.02, 0.92)
    };
    Brush.line(g, Brush.curve(false, bridge), thick, rim);
  }

  private Shape lens(Point2D middle) {
    double unit = frame.unit();
    double w = 0.31 * unit * Math.cos(frame.turn());
    double h = (0.21 + 0.05 * person.glasses().roundness()) * unit;
    double round = (0.3 + 0.7 * person.glasses().roundness()) * 2 * h;
    AffineTransform place = AffineTransform.getTranslateInstance(middle.getX(), middle.getY());
    place.rotate(frame.tilt());
    return place.createTransformedShape(
        new RoundRectangle2D.Double(-w, -h, 2 * w, 2 * h, round, round));
  }
}
