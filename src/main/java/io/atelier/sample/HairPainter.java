package io.atelier.sample;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/** Hair: what lies behind the head and what lies in front of it. */
final class HairPainter {
  private final Graphics2D g;
  private final Person person;
  private final Shot shot;
  private final HeadFrame frame;
  private final Color colour;
  private final Color dark;
  private final Color light;
  private final Draws draws;
  private final double volume;

  HairPainter(Graphics2D g, Person person, Shot shot, HeadFrame frame) {
    this.g = g;
    this.person = person;
    this.shot = shot;
    this.frame = frame;
    this.colour = Colours.hair(person.hair());
    this.dark = Colours.shade(colour, 0.45);
    this.light = Colours.mix(Colours.shade(colour, 1.35), new Color(0xffe9cc), 0.14);
    this.draws = new Draws(Draws.seed(person.texture(), 7));
    this.volume = 0.06 + 0.16 * person.hair().volume();
  }

  /** Hair behind neck and face. */
  void paintBack() {
    switch (person.hair().style()) {
      case LONG -> longBack();
      case CURLY -> curls(true);
      case BUN -> bun();
      case SHORT, BALD -> {}
    }
  }

  /** Hair over the forehead and down the sides, and its shadow on the face. */
  void paintFront(Shape face) {
    if (person.hair().style() != Person.HairStyle.BALD) {
      shadowOnFace(face);
    }
    switch (person.hair().style()) {
      case SHORT -> shortCap();
      case LONG -> longFront();
      case BUN -> sweptCap();
      case CURLY -> curls(false);
      case BALD -> bald(face);
    }
  }

  private void shadowOnFace(Shape face) {
    Shape before = g.getClip();
    g.clip(face);
    Color shadow = Colours.skinShadow(Colours.skin(person.skin()));
    Brush.softLine(g, Brush.curve(false, hairline()), 0.4 * frame.unit(), shadow, 0.6);
    g.setClip(before);
  }

  /** Where forehead and hair meet, picture left to right. */
  private Point2D[] hairline() {
    Person.Hair hair = person.hair();
    double fall = hair.style() == Person.HairStyle.SHORT ? 0.26 * hair.fringe() : 0;
    double lean = hair.parting() >= 0 ? 1 : -1;
    double left = fall * (lean > 0 ? 1 : 0.25);
    double right = fall * (lean > 0 ? 0.25 : 1);
    return new Point2D[] {
      frame.at(-1.0, -0.02, 0.1),
      frame.at(-0.93, -0.45),
      frame.at(-0.83, -0.86 + left * 0.5),
      frame.at(-0.45, -1.08 + left),
      frame.at(0.04 * lean, -1.12 + fall * 0.55),
      frame.at(0.45, -1.08 + right),
      frame.at(0.83, -0.86 + right * 0.5),
      frame.at(0.93, -0.45),
      frame.at(1.0, -0.02, 0.1),
    };
  }

  /** The outer edge of hair that lies on the head, picture left to right. */
  private Point2D[] crown(double fullness) {
    double v = fullness;
    return new Point2D[] {
      frame.at(-1.03 - v * 0.2, 0.0, -0.1),
      frame.at(-1.07 - v * 0.6, -0.5, -0.15),
      frame.at(-1.0 - v * 0.8, -1.05, -0.2),
      frame.at(-0.62 - v * 0.3, -1.52 - v * 0.8, -0.2),
      frame.at(0, -1.7 - v, -0.2),
      frame.at(0.62 + v * 0.3, -1.52 - v * 0.8, -0.2),
      frame.at(1.0 + v * 0.8, -1.05, -0.2),
      frame.at(1.07 + v * 0.6, -0.5, -0.15),
      frame.at(1.03 + v * 0.2, 0.0, -0.1),
    };
  }

  private void shortCap() {
    Point2D[] inner = hairline();
    Point2D[] outer = crown(volume);
    lock(inner, outer, 150, true);
    sideways(inner, outer);
  }

  /** Hair combed away from the parting: strands that cross the cap at a slant. */
  private void sideways(Point2D[] inner, Point2D[] outer) {
    Shape before = g.getClip();
    g.clip(between(inner, outer));
    double lean = person.hair().parting() >= 0 ? -1 : 1;
    for (int i = 0; i < 130; i++) {
      double at = draws.between(1.2, 6.8);
      Point2D root = along(outer, at);
      Point2D tip = along(inner, Colours.clamp(at + lean * draws.between(0.3, 1.5), 0, 7.99));
      Point2D bend = along(outer, Colours.clamp(at + lean * 0.9, 0, 7.99));
      Point2D middle = Brush.between(Brush.between(root, tip, 0.5), bend, 0.35);
      strand(Brush.curve(false, root, middle, tip), 0.022);
    }
    g.setClip(before);
  }

  private void sweptCap() {
    Point2D[] inner = hairline();
    Point2D[] outer = crown(volume * 0.7);
    lock(inner, outer, 0, true);
    Shape before = g.getClip();
    g.clip(between(inner, outer));
    Point2D knot = frame.at(0, -1.95, -0.3);
    for (int i = 0; i < 240; i++) {
      double at = draws.between(0, 7.99);
      Point2D root = along(inner, at);
      Point2D side = Brush.between(along(outer, at), root, draws.between(0.1, 0.5));
      strand(Brush.curve(false, root, side, knot), 0.02);
    }
    g.setClip(before);
  }

  private void bun() {
    double unit = frame.unit();
    double size = 0.36 + 0.16 * person.hair().volume();
    Point2D centre = frame.at(0.06 * person.hair().parting(), -1.86 - size * 0.45, -0.35);
    Brush.disc(
        g,
        centre,
        size * 1.12 * unit,
        size * unit,
        frame.tilt(),
        new float[] {0f, 0.6f, 1f},
        new Color[] {light, colour, dark});
    for (int i = 0; i < 60; i++) {
      double radius = draws.between(0.2, 0.97) * size;
      double start = draws.between(0, 6.3);
      strand(arc(centre, radius * 1.1 * unit, radius * unit, start, draws.between(0.6, 1.8)), 0.02);
    }
  }

  private void longBack() {
    double end = 1.5 + 1.0 * person.hair().length();
    double w = 1.16 + volume;
    Point2D[] left =
        frame.points(
            -0.25,
            0,
            -1.72 - volume,
            -0.75,
            -1.5 - volume,
            -w,
            -0.8,
            -w - 0.08,
            0.2,
            -w - 0.06,
            1.0,
            -w * 0.92,
            end,
            -0.2,
            end + 0.1);
    Point2D[] right = new Point2D[left.length];
    double[] xs = {0, 0.75, w, w + 0.08, w + 0.06, w * 0.92, 0.2};
    double[] ys = {-1.72 - volume, -1.5 - volume, -0.8, 0.2, 1.0, end, end + 0.1};
    for (int i = 0; i < right.length; i++) {
      right[i] = frame.at(xs[i], ys[i], -0.25);
    }
    g.setColor(dark);
    g.fill(between(left, right));
    strands(left, right, 90);
  }

  private void longFront() {
    double end = 1.5 + 1.0 * person.hair().length();
    double wave = 0.09 * person.hair().fringe();
    double part = 0.45 * person.hair().parting();
    for (int side = -1; side <= 1; side += 2) {
      double v = volume;
      Point2D[] inner = {
        frame.at(part, -1.22),
        frame.at(part + (side - part) * 0.5, -1.06 + 0.16 * person.hair().fringe()),
        frame.at(side * 0.88, -0.62, 0.32),
        frame.at(side * 0.97, -0.05, 0.22),
        frame.at(side * (0.95 - wave), 0.55, 0.2),
        frame.at(side * (0.9 + wave), 1.15, 0.15),
        frame.at(side * (0.84 - wave), (1.15 + end) / 2, 0.1),
        frame.at(side * 1.0, end, 0.1)
      };
      Point2D[] outer = {
        frame.at(part, -1.7 - v, -0.1),
        frame.at(side * 0.66, -1.58 - v * 0.8, -0.1),
        frame.at(side * (1.08 + v), -0.98, -0.1),
        frame.at(side * (1.2 + v), -0.2, -0.05),
        frame.at(side * (1.27 + v - wave), 0.5, 0),
        frame.at(side * (1.28 + v + wave), 1.15, 0),
        frame.at(side * (1.26 + v - wave), (1.2 + end) / 2, 0.02),
        frame.at(side * (1.06 + v * 0.5), end + 0.06, 0.05)
      };
      lock(inner, outer, 170, false);
    }
  }

  private void bald(Shape face) {
    double stubble = 0.3 * person.hair().length();
    Point2D[] inner = hairline();
    Point2D[] outer = crown(0.02);
    Shape before = g.getClip();
    g.clip(face);
    Path2D stubbled = between(inner, outer);
    for (int i = 1; i <= 4; i++) {
      Brush.line(g, stubbled, 0.05 * i * frame.unit(), Colours.alpha(dark, stubble * 0.06));
    }
    g.setColor(Colours.alpha(dark, stubble * 0.3));
    g.fill(stubbled);
    g.setClip(before);
    double lit = shot.light().side() >= 0 ? 0.25 : -0.25;
    Color glow = Colours.skinGlow(Colours.skin(person.skin()));
    double unit = frame.unit();
    Brush.spot(g, frame.at(lit, -1.2), 0.45 * unit, 0.26 * unit, frame.tilt(), glow, 0.55);
    Brush.spot(g, frame.at(lit, -1.26), 0.2 * unit, 0.1 * unit, frame.tilt(), Color.WHITE, 0.4);
  }

  private void curls(boolean back) {
    double v = volume * 2.2;
    double down = 0.25 + 1.1 * person.hair().length() * person.presentation();
    if (back) {
      for (int i = 0; i < 170; i++) {
        double angle = draws.between(-0.35, Math.PI + 0.35);
        double far = Math.sqrt(draws.between(0.3, 1));
        double x = Math.cos(angle) * (1.08 + v) * far;
        double y = -0.6 - Math.sin(angle) * (1.06 + v) * far;
        if (Math.sin(angle) < 0.35) {
          y = draws.between(-0.8, down);
        }
        curl(frame.at(x, y, -0.3), draws.between(0.15, 0.26), 0.75);
      }
      return;
    }
    Point2D[] inner = hairline();
    Point2D[] outer = crown(v);
    g.setColor(dark);
    g.fill(between(inner, outer));
    for (int i = 0; i < 330; i++) {
      double height = 1 - i / 330.0;
      double at = draws.between(0.3, 7.7);
      double share = Colours.clamp(height + draws.between(-0.15, 0.12), 0.06, 1);
      Point2D centre = Brush.between(along(inner, at), along(outer, at), share);
      curl(centre, draws.between(0.1, 0.2), 1.15 - 0.3 * (1 - share));
    }
  }

  private void curl(Point2D centre, double size, double bright) {
    double r = size * frame.unit();
    double angle = draws.between(0, Math.PI);
    double shade = bright * draws.between(0.8, 1.15);
    Brush.disc(
        g,
        centre,
        r,
        r * 0.85,
        angle,
        new float[] {0f, 0.55f, 1f},
        new Color[] {
          Colours.shade(Colours.mix(colour, light, 0.45), shade),
          Colours.shade(colour, shade),
          Colours.alpha(Colours.shade(dark, shade), 0.85)
        });
    for (int k = 0; k < 4; k++) {
      double radius = r * draws.between(0.35, 0.95);
      Shape turn = arc(centre, radius, radius * 0.85, draws.between(0, 6.3), draws.between(1, 2.6));
      strand(turn, 0.018);
    }
  }

  private static Shape arc(Point2D centre, double rx, double ry, double start, double extent) {
    Point2D[] points = new Point2D[5];
    for (int i = 0; i < points.length; i++) {
      double angle = start + extent * i / (points.length - 1);
      points[i] =
          new Point2D.Double(
              centre.getX() + rx * Math.cos(angle), centre.getY() + ry * Math.sin(angle));
    }
    return Brush.curve(false, points);
  }

  /** A mass of hair between two edges, with strands that follow them. */
  private void lock(Point2D[] inner, Point2D[] outer, int strands, boolean cap) {
    Path2D shape = between(inner, outer);
    Brush.softLine(g, shape, 0.05 * frame.unit(), dark, 0.5);
    g.setColor(Colours.mix(colour, dark, 0.25));
    g.fill(shape);
    Shape before = g.getClip();
    g.clip(shape);
    Brush.softLine(g, Brush.curve(false, inner), 0.22 * frame.unit(), dark, cap ? 0.35 : 0.55);
    strands(inner, outer, strands);
    sheen(inner, outer);
    g.setClip(before);
  }

  private void strands(Point2D[] inner, Point2D[] outer, int count) {
    for (int i = 0; i < count; i++) {
      double share = draws.unit();
      double drift = draws.between(-0.12, 0.12);
      Point2D[] points = new Point2D[inner.length];
      for (int k = 0; k < points.length; k++) {
        double bend = share + drift * k / points.length;
        points[k] = Brush.between(inner[k], outer[k], Colours.clamp(bend, 0, 1));
      }
      strand(Brush.curve(false, points), 0.022);
    }
  }

  /** A band of light across the strands where the head turns towards the lamp. */
  private void sheen(Point2D[] inner, Point2D[] outer) {
    double unit = frame.unit();
    int last = inner.length - 1;
    double place = last * (0.5 + 0.2 * shot.light().side());
    Point2D centre = Brush.between(along(inner, place), along(outer, place), 0.6);
    Brush.spot(g, centre, 0.6 * unit, 0.3 * unit, frame.tilt(), light, 0.42);
    Point2D edge = along(outer, last * (shot.light().side() < 0 ? 0.85 : 0.15));
    Brush.spot(g, edge, 0.5 * unit, 0.9 * unit, frame.tilt(), dark, 0.5);
  }

  private void strand(Shape path, double width) {
    double shade = draws.unit();
    Color tint = shade < 0.45 ? dark : shade < 0.8 ? colour : light;
    Color mixed = Colours.mix(tint, colour, draws.between(0, 0.5));
    Brush.line(
        g,
        path,
        width * frame.unit() * draws.between(0.5, 1.3),
        Colours.alpha(mixed, draws.between(0.35, 0.75)));
  }

  private static Path2D between(Point2D[] inner, Point2D[] outer) {
    Point2D[] back = new Point2D[outer.length];
    for (int i = 0; i < back.length; i++) {
      back[i] = outer[outer.length - 1 - i];
    }
    Path2D shape = Brush.curve(false, inner);
    shape.append(Brush.curve(false, back), true);
    shape.closePath();
    return shape;
  }

  /**
   * The point at position {@code at} of a chain of points; 1.5 lies between the second and third.
   */
  private static Point2D along(Point2D[] points, double at) {
    int piece = Math.max(0, Math.min(points.length - 2, (int) at));
    return Brush.between(points[piece], points[piece + 1], at - piece);
  }
}
