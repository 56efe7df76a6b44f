package io.atelier.sample;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.Shape;
import java.awt.geom.Area;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/** The face: skin and its modelling by light, nose and mouth. */
final class FacePainter {
  private final Graphics2D g;
  private final Person person;
  private final Shot shot;
  private final HeadFrame frame;
  private final Color skin;
  private final Color shadow;
  private final Color glow;

  FacePainter(Graphics2D g, Person person, Shot shot, HeadFrame frame) {
    this.g = g;
    this.person = person;
    this.shot = shot;
    this.frame = frame;
    this.skin = Colours.skin(person.skin());
    this.shadow = Colours.skinShadow(skin);
    this.glow = Colours.skinGlow(skin);
  }

  /** Ears; they lie behind the face. */
  void paintEars() {
    for (int side = -1; side <= 1; side += 2) {
      Point2D ear = frame.at(side * 1.0, 0.1, -0.02);
      double unit = frame.unit();
      double angle = frame.tilt() + side * 0.16;
      Brush.ellipse(g, ear, 0.16 * unit, 0.31 * unit, angle, Colours.mix(skin, shadow, 0.22));
      Brush.spot(g, ear, 0.13 * unit, 0.24 * unit, angle, shadow, 0.6);
    }
  }

  /** The face without eyes, brows, beard and hair. */
  void paint() {
    Shape outline = outline();
    g.setColor(skin);
    g.fill(outline);
    Shape before = g.getClip();
    g.clip(outline);
    modelForm(outline);
    modelLight();
    modelSockets();
    modelCheeks();
    nose();
    freckles();
    g.setClip(before);
    beard();
    mouth();
  }

  /** The edge of the face, crown to chin. */
  Shape outline() {
    Person.Face face = person.face();
    double jaw = 0.66 + 0.2 * face.jaw();
    double cheek = 0.93 + 0.07 * face.cheeks();
    double chin = 0.26 + 0.18 * face.chin();
    double[][] half = {
      {0.5, -1.5, 0},
      {0.88, -1.05, 0},
      {0.99, -0.45, 0.02},
      {cheek + 0.03, 0.1, 0.06},
      {cheek - 0.04, 0.5, 0.08},
      {jaw, 0.98, 0.12},
      {chin, 1.34, 0.42},
    };
    Point2D[] points = new Point2D[2 * half.length + 2];
    points[0] = frame.at(0, -1.64, 0);
    points[half.length + 1] = frame.at(0, 1.42, 0.5);
    for (int i = 0; i < half.length; i++) {
      points[1 + i] = frame.at(half[i][0], half[i][1], half[i][2]);
      points[points.length - 1 - i] = frame.at(-half[i][0], half[i][1], half[i][2]);
    }
    return Brush.curve(true, points);
  }

  /** Skin turns away from the viewer at the edge of the face, and gets darker there. */
  private void modelForm(Shape outline) {
    double unit = frame.unit();
    Brush.softLine(g, outline, 0.62 * unit, shadow, 0.5);
    spot(0, -0.85, 0.62, 0.38, glow, 0.38);
    spot(0, 1.2, 0.26, 0.17, glow, 0.3);
    Shape jaw = frame.curve(false, -0.95, 0.75, -0.6, 1.28, 0, 1.5, 0.6, 1.28, 0.95, 0.75);
    Brush.softLine(g, jaw, 0.5 * unit, shadow, 0.38);
  }

  /** One side lit, the other in shade. */
  private void modelLight() {
    Shot.Light light = shot.light();
    Point2D lit = frame.at(light.side() >= 0 ? 1.05 : -1.05, -0.5, 0);
    Point2D dark = frame.at(light.side() >= 0 ? -1.05 : 1.05, 0.5, 0);
    double depth = Math.abs(light.side()) * (0.25 + 0.55 * light.contrast());
    Color none = Colours.alpha(shadow, 0);
    g.setPaint(
        new LinearGradientPaint(
            lit,
            dark,
            new float[] {0f, 0.32f, 0.55f, 1f},
            new Color[] {
              Colours.alpha(glow, 0.34 * depth), none, none, Colours.alpha(shadow, 0.8 * depth)
            }));
    g.fill(outline());
  }

  private void modelSockets() {
    double apart = EyePainter.distance(person.eyes());
    for (int side = -1; side <= 1; side += 2) {
      spot(side * apart, -0.19, 0.4, 0.27, shadow, 0.5);
      spot(side * apart * 0.55, -0.2, 0.2, 0.24, shadow, 0.34);
      spot(side * apart * 1.05, 0.1, 0.26, 0.09, shadow, 0.2);
    }
  }

  private void modelCheeks() {
    Color blush = Colours.mix(new Color(0xd6544c), shadow, 0.25 + 0.5 * person.skin().tone());
    double smile = Math.max(0, shot.expression().smile());
    for (int side = -1; side <= 1; side += 2) {
      double lit = 1 + 0.5 * side * shot.light().side();
      spot(side * 0.58, 0.43, 0.32, 0.26, blush, 0.12 + 0.22 * person.skin().blush());
      spot(side * 0.5, 0.24 - 0.04 * smile, 0.27, 0.18, glow, 0.44 * lit);
      Shape fold =
          frame.curve(
              false, side * 0.3, 0.5, side * 0.44, 0.66, side * (0.47 + 0.05 * smile), 0.86);
      Brush.softLine(g, fold, 0.1 * frame.unit(), shadow, 0.12 + 0.2 * smile);
    }
  }

  private void nose() {
    Person.Nose nose = person.nose();
    double half = 0.17 + 0.11 * nose.width();
    double base = 0.42 + 0.12 * nose.length();
    double unit = frame.unit();
    double side = shot.light().side() >= 0 ? -1 : 1;
    double bridge = 0.22 + 0.22 * nose.bridge();
    Shape shaded = noseCurve(side * 0.13, -0.25, side * 0.1, 0.02, side * half * 0.75, base - 0.12);
    Brush.softLine(g, shaded, 0.17 * unit, shadow, bridge + 0.12);
    Shape other =
        noseCurve(-side * 0.14, -0.25, -side * 0.11, 0.02, -side * half * 0.8, base - 0.1);
    Brush.softLine(g, other, 0.13 * unit, shadow, bridge * 0.5);
    Shape ridge = noseCurve(-side * 0.01, -0.2, -side * 0.015, 0.08, -side * 0.02, base - 0.14);
    Brush.softLine(g, ridge, 0.16 * unit, glow, 0.36);
    Point2D under = nosePoint(0, base + 0.09);
    Brush.spot(g, under, (half + 0.14) * unit, 0.11 * unit, frame.tilt(), shadow, 0.5);
    for (int s = -1; s <= 1; s += 2) {
      Shape wing =
          noseCurve(
              s * half * 0.92,
              base - 0.15,
              s * (half + 0.045),
              base - 0.04,
              s * half * 0.82,
              base + 0.045);
      Brush.softLine(g, wing, 0.065 * unit, shadow, 0.6);
      Point2D nostril = nosePoint(s * half * 0.5, base + 0.03);
      double angle = frame.tilt() - s * 0.3;
      Brush.spot(
          g, nostril, half * 0.46 * unit, 0.066 * unit, angle, Colours.shade(shadow, 0.45), 0.95);
    }
    Brush.spot(g, nosePoint(-side * 0.03, base - 0.1), 0.12 * unit, 0.1 * unit, 0, glow, 0.6);
  }

  private Shape noseCurve(double... xy) {
    Point2D[] points = new Point2D[xy.length / 2];
    for (int i = 0; i < points.length; i++) {
      points[i] = nosePoint(xy[2 * i], xy[2 * i + 1]);
    }
    return Brush.curve(false, points);
  }

  /** The nose stands out from the face, most at its tip. */
  private Point2D nosePoint(double x, double y) {
    double out = 0.26 * Colours.clamp((y + 0.3) / 0.7, 0, 1) * Math.max(0, 1 - 6 * x * x);
    return frame.at(x, y, HeadFrame.depth(x, y) + out);
  }

  private void mouth() {
    Person.Mouth mouth = person.mouth();
    Shot.Expression expression = shot.expression();
    double unit = frame.unit();
    double smile = expression.smile();
    double half = (0.31 + 0.09 * mouth.width()) * (1 + 0.2 * Math.max(0, smile));
    double y = 0.8 + 0.06 * mouth.height();
    double corner = y - 0.03 - 0.1 * smile;
    double open = 0.17 * expression.open() * (0.6 + 0.4 * Math.max(0, smile));
    double upper = 0.06 + 0.09 * mouth.fullness();
    double lower = 0.09 + 0.11 * mouth.fullness();
    double mid = y + 0.02 * smile;
    Color lip = lipColour();

    spot(0, mid + open + lower + 0.07, 0.3, 0.075, shadow, 0.42);
    Shape whole =
        frame.curve(
            true,
            -half,
            corner,
            -half * 0.5,
            mid - upper * 0.8,
            -0.06,
            mid - upper,
            0,
            mid - upper * 0.8,
            0.06,
            mid - upper,
            half * 0.5,
            mid - upper * 0.8,
            half,
            corner,
            half * 0.55,
            mid + open + lower * 0.75,
            0,
            mid + open + lower,
            -half * 0.55,
            mid + open + lower * 0.75);
    g.setColor(Colours.mix(lip, shadow, 0.28));
    g.fill(whole);
    Shape before = g.getClip();
    g.clip(whole);
    Shape lowerLip =
        frame.curve(
            true,
            -half,
            corner,
            -half * 0.5,
            mid + open * 0.9,
            0,
            mid + open,
            half * 0.5,
            mid + open * 0.9,
            half,
            corner,
            half * 0.55,
            mid + open + lower,
            0,
            mid + open + lower * 1.2,
            -half * 0.55,
            mid + open + lower);
    g.setColor(Colours.mix(lip, glow, 0.12));
    g.fill(lowerLip);
    spot(0.02, mid + open + lower * 0.48, half * 0.5, lower * 0.4, glow, 0.55);
    g.setClip(before);
    if (open > 0.02) {
      teeth(half, corner, mid, open);
    } else {
      Shape line =
          frame.curve(
              false,
              -half,
              corner,
              -half * 0.5,
              mid + 0.008,
              0,
              mid,
              half * 0.5,
              mid + 0.008,
              half,
              corner);
      Brush.softLine(g, line, 0.055 * unit, Colours.shade(shadow, 0.5), 0.9);
    }
    for (int side = -1; side <= 1; side += 2) {
      spot(side * (half + 0.02), corner, 0.09, 0.07, Colours.shade(shadow, 0.7), 0.6);
    }
  }

  private Color lipColour() {
    double rosy = 0.42 + 0.36 * person.presentation();
    Color red = Colours.mix(new Color(0xb9454a), shadow, 0.75 * person.skin().tone());
    return Colours.mix(skin, red, rosy);
  }

  private void teeth(double half, double corner, double mid, double open) {
    Shape gap =
        frame.curve(
            true,
            -half * 0.9,
            corner + 0.01,
            -half * 0.45,
            mid - 0.005,
            0,
            mid - 0.01,
            half * 0.45,
            mid - 0.005,
            half * 0.9,
            corner + 0.01,
            half * 0.45,
            mid + open * 0.85,
            0,
            mid + open,
            -half * 0.45,
            mid + open * 0.85);
    g.setColor(new Color(0x3d1416));
    g.fill(gap);
    Shape row =
        frame.curve(
            true,
            -half * 0.78,
            corner,
            0,
            mid - 0.06,
            half * 0.78,
            corner,
            half * 0.6,
            mid + open * 0.45,
            0,
            mid + open * 0.62,
            -half * 0.6,
            mid + open * 0.45);
    Area white = new Area(row);
    white.intersect(new Area(gap));
    g.setColor(new Color(0xf3ece2));
    g.fill(white);
    Shape before = g.getClip();
    g.clip(white);
    for (int i = -4; i <= 4; i++) {
      double x = (i + 0.5) * half * 0.2;
      Brush.line(
          g,
          frame.curve(false, x, mid - 0.1, x, mid + open),
          0.008 * frame.unit(),
          new Color(120, 90, 80, 60));
    }
    Brush.softLine(
        g,
        frame.curve(false, -half, corner, 0, mid - 0.02, half, corner),
        0.07 * frame.unit(),
        new Color(0x5a2a24),
        0.4);
    g.setClip(before);
  }

  private void freckles() {
    double amount = person.skin().freckles();
    Draws draws = new Draws(Draws.seed(person.texture(), 1));
    Color colour = Colours.mix(new Color(0x9a5228), shadow, 0.3);
    int count = (int) Math.round(90 * amount);
    for (int i = 0; i < count; i++) {
      double x = draws.about(-0.95, 0.95);
      double y = draws.about(-0.15, 0.68);
      double size = draws.between(0.009, 0.022);
      spot(x, y, size * 1.7, size * 1.7, colour, draws.between(0.3, 0.75));
    }
  }

  private void spot(double x, double y, double rx, double ry, Color colour, double alpha) {
    double unit = frame.unit();
    Brush.spot(g, frame.at(x, y), rx * unit, ry * unit, frame.tilt(), colour, alpha);
  }

  /** Beard over chin, jaw and upper lip. */
  private void beard() {
    Person.Beard beard = person.beard();
    if (beard.density() <= 0) {
      return;
    }
    Color hair = Colours.shade(Colours.hair(person.hair()), 0.8);
    double drop = 0.02 + 0.2 * beard.length() * beard.density();
    Path2D region = new Path2D.Double(Path2D.WIND_EVEN_ODD);
    region.append(
        frame.curve(
            true,
            -0.99,
            0.15,
            -0.86,
            0.5,
            -0.55,
            0.66,
            -0.26,
            0.6,
            0,
            0.62,
            0.26,
            0.6,
            0.55,
            0.66,
            0.86,
            0.5,
            0.99,
            0.15,
            0.9,
            0.75,
            0.72,
            1.08 + drop / 2,
            0.36,
            1.38 + drop,
            0,
            1.45 + drop,
            -0.36,
            1.38 + drop,
            -0.72,
            1.08 + drop / 2,
            -0.9,
            0.75),
        false);
    double half = 0.35 + 0.08 * person.mouth().width();
    region.append(
        frame.curve(
            true,
            -half,
            0.82,
            -half * 0.5,
            0.75,
            0,
            0.74,
            half * 0.5,
            0.75,
            half,
            0.82,
            0.2,
            1.03,
            0,
            1.05,
            -0.2,
            1.03),
        false);
    Shape before = g.getClip();
    Brush.softLine(g, region, 0.1 * frame.unit(), hair, 0.3 * beard.density());
    g.clip(region);
    g.setColor(Colours.alpha(hair, 0.12 + 0.62 * beard.density() * beard.density()));
    g.fill(region);
    g.setClip(before);
    bristles(region, hair, drop);
  }

  private void bristles(Shape region, Color hair, double drop) {
    Draws draws = new Draws(Draws.seed(person.texture(), 2));
    double density = person.beard().density();
    int count = (int) (250 + 1500 * density);
    double length = 0.02 + 0.1 * person.beard().length() * density;
    for (int i = 0; i < count; i++) {
      double x = draws.between(-1, 1);
      double y = draws.between(0.1, 1.45 + drop);
      double shade = draws.between(0.75, 1.3);
      double lean = draws.between(-0.03, 0.03) + 0.1 * x * length;
      Point2D root = frame.at(x, y);
      if (region.contains(root)) {
        Shape bristle = Brush.curve(false, root, frame.at(x + lean, y + length));
        Brush.line(
            g,
            bristle,
            0.013 * frame.unit(),
            Colours.alpha(Colours.shade(hair, shade), 0.3 + 0.4 * density));
      }
    }
  }
}
