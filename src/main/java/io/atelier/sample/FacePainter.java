package io.atelier.sample;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/** The face: ears, skin and its modelling by light, nose. */
final class FacePainter {
  private static final float[] RIM_AT = {0f, 0.62f, 0.84f, 1f};

  private final Canvas canvas;
  private final Sitting sitting;
  private final HeadFrame head;
  private final Color shadow;
  private final Color glow;
  private final double unit;

  FacePainter(Canvas canvas, Sitting sitting) {
    this.canvas = canvas;
    this.sitting = sitting;
    this.head = sitting.head();
    this.shadow = sitting.shadow();
    this.glow = sitting.glow();
    this.unit = sitting.unit();
  }

  void paint() {
    ears();
    Path2D outline = sitting.faceOutline();
    Canvas face = canvas.layer();
    face.fill(outline, sitting.skin());
    face.mask();
    form(face, outline);
    sockets(face);
    cheeks(face);
    lamp(face);
    nose(face);
    freckles(face);
    canvas.draw(face);
  }

  private void ears() {
    double size = 0.75 + 0.5 * sitting.person().face().ears();
    for (int side = -1; side <= 1; side += 2) {
      Point2D ear = head.at(side * 1.0, 0.1, -0.02);
      double angle = head.tilt() + side * 0.16;
      Color edge = Colours.mix(sitting.skin(), shadow, side == sitting.lit() ? 0.12 : 0.4);
      canvas.ellipse(ear, 0.17 * size * unit, 0.29 * size * unit, angle, edge);
      Color inner = Colours.mix(sitting.skin(), shadow, 0.55);
      canvas.ellipse(ear, 0.09 * size * unit, 0.18 * size * unit, angle, inner);
    }
  }

  /** Skin turns away from the viewer at the edge of the face, and gets darker there. */
  private void form(Canvas face, Shape outline) {
    Color none = Colours.alpha(shadow, 0);
    Color[] rim = {none, none, Colours.alpha(shadow, 0.16), Colours.alpha(shadow, 0.5)};
    face.disc(head.at(0, -0.1, 0.2), 1.12 * unit, 1.78 * unit, head.tilt(), RIM_AT, rim);
    spot(face, 0, -0.78, 0.66, 0.42, glow, 0.6);
    spot(face, 0, 1.22, 0.3, 0.16, glow, 0.35);
    face.line(outline, 0.035 * unit, Colours.alpha(Colours.shade(shadow, 0.7), 0.55));
  }

  /** One side lit, the other in shade; a hard lamp draws a line between them. */
  private void lamp(Canvas face) {
    Shot.Lamp lamp = sitting.shot().lamp();
    int dark = -sitting.lit();
    Color none = Colours.alpha(shadow, 0);
    double depth = 0.2 + 0.22 * lamp.contrast();
    face.fill(
        sitting.faceOutline(),
        head.at(-dark * 1.0, -0.3, 0),
        head.at(dark * 1.0, 0.3, 0),
        Colours.alpha(glow, 0.3 * depth),
        none,
        none,
        Colours.alpha(shadow, depth));
    double hard = Colours.clamp(2 * lamp.contrast() - 1, 0, 1);
    if (hard > 0) {
      Path2D shade =
          head.curve(
              false,
              dark * 0.3,
              -1.8,
              dark * 0.34,
              -0.9,
              dark * 0.16,
              -0.35,
              dark * 0.1,
              -0.1,
              dark * 0.26,
              0.35,
              dark * 0.3,
              0.6,
              dark * 0.1,
              0.8,
              dark * 0.14,
              1.1,
              dark * 0.02,
              1.6);
      Point2D below = head.at(dark * 1.6, 1.7, 0);
      Point2D above = head.at(dark * 1.6, -1.8, 0);
      shade.lineTo(below.getX(), below.getY());
      shade.lineTo(above.getX(), above.getY());
      shade.closePath();
      face.fill(shade, Colours.alpha(Colours.shade(shadow, 0.8), 0.44 * hard));
    }
  }

  private void sockets(Canvas face) {
    double apart = sitting.eyeDistance();
    for (int side = -1; side <= 1; side += 2) {
      spot(face, side * apart, -0.18, 0.42, 0.29, shadow, 0.68);
      spot(face, side * apart * 0.5, -0.24, 0.2, 0.26, shadow, 0.4);
    }
  }

  private void cheeks(Canvas face) {
    Person.Skin skin = sitting.person().skin();
    Color blush = Colours.mix(new Color(0xe0564e), shadow, 0.15 + 0.5 * skin.tone());
    double smile = sitting.mimic().smile();
    for (int side = -1; side <= 1; side += 2) {
      spot(face, side * 0.56, 0.26 - 0.04 * smile, 0.38, 0.27, glow, 0.75);
      spot(face, side * 0.6, 0.45, 0.32, 0.25, blush, 0.1 + 0.36 * skin.blush());
      Shape fold = head.curve(false, side * 0.32, 0.5, side * 0.46, 0.66, side * 0.48, 0.84);
      face.line(fold, 0.05 * unit, Colours.alpha(shadow, 0.1 + 0.3 * smile));
    }
  }

  private void nose(Canvas face) {
    Person.Nose nose = sitting.person().nose();
    double half = 0.14 + 0.16 * nose.width();
    double base = 0.36 + 0.22 * nose.length();
    double bridge = 0.05 + 0.07 * nose.bridge();
    int dark = -sitting.lit();
    Path2D side =
        Shapes.curve(
            false,
            tip(dark * bridge, -0.32),
            tip(dark * (bridge - 0.01), 0.02),
            tip(dark * 0.07, base - 0.14),
            tip(dark * 0.05, base + 0.04),
            tip(dark * half, base + 0.02),
            tip(dark * (half + 0.03), base - 0.1),
            tip(dark * (bridge + 0.06), 0.02),
            tip(dark * (bridge + 0.1), -0.3));
    side.closePath();
    face.fill(side, Colours.alpha(shadow, 0.34 + 0.2 * nose.bridge()));
    face.spot(tip(0, base + 0.09), (half + 0.16) * unit, 0.13 * unit, head.tilt(), shadow, 0.6);
    face.spot(tip(-dark * 0.03, 0), 0.14 * unit, 0.5 * unit, head.tilt(), glow, 0.75);
    face.spot(tip(-dark * 0.03, base - 0.08), 0.13 * unit, 0.11 * unit, 0, glow, 0.8);
    Color deep = Colours.shade(shadow, 0.5);
    Shape under =
        Shapes.curve(
            false,
            tip(-half, base - 0.06),
            tip(-half * 0.75, base + 0.05),
            tip(0, base + 0.07),
            tip(half * 0.75, base + 0.05),
            tip(half, base - 0.06));
    face.line(under, 0.05 * unit, Colours.alpha(Colours.shade(shadow, 0.85), 0.75));
    for (int s = -1; s <= 1; s += 2) {
      Point2D nostril = tip(s * half * 0.52, base + 0.02);
      face.ellipse(nostril, half * 0.26 * unit, 0.036 * unit, head.tilt() - s * 0.3, deep);
    }
  }

  /** The nose stands out from the face, most at its tip. */
  private Point2D tip(double x, double y) {
    double out = 0.26 * Colours.clamp((y + 0.3) / 0.7, 0, 1) * Math.max(0, 1 - 6 * x * x);
    return head.at(x, y, HeadFrame.depth(x, y) + out);
  }

  private void freckles(Canvas face) {
    double amount = sitting.person().skin().freckles();
    Draws draws = new Draws(Draws.seed(sitting.person().texture(), 1));
    Color colour = Colours.alpha(Colours.mix(new Color(0x8f4520), shadow, 0.2), 0.55);
    int count = (int) Math.round(40 * amount);
    for (int i = 0; i < count; i++) {
      double x = draws.between(-0.82, 0.82);
      double y = draws.about(-0.02, 0.62);
      double size = draws.between(0.022, 0.036) * unit;
      face.ellipse(head.at(x, y), size, size, 0, colour);
    }
  }

  private void spot(
      Canvas face, double x, double y, double rx, double ry, Color colour, double alpha) {
    face.spot(head.at(x, y), rx * unit, ry * unit, head.tilt(), colour, alpha);
  }
}
