package io.atelier.sample;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Path2D;

/** Lips and teeth: closed, open for laughing, or a small round O for surprise. */
final class MouthPainter {
  private static final Color INSIDE = new Color(0x4a161a);
  private static final Color TEETH = new Color(0xf7f1e8);

  private final Canvas canvas;
  private final Sitting sitting;
  private final HeadFrame head;
  private final double unit;
  private final double smile;
  private final double open;
  private final double half;
  private final double y;
  private final double corner;
  private final double upper;
  private final double lower;

  MouthPainter(Canvas canvas, Sitting sitting) {
    this.canvas = canvas;
    this.sitting = sitting;
    this.head = sitting.head();
    this.unit = sitting.unit();
    Person.Mouth mouth = sitting.person().mouth();
    Shot.Mimic mimic = sitting.mimic();
    boolean surprised = sitting.attributes().expression() == Attributes.Expression.SURPRISED;
    this.smile = mimic.smile();
    this.open = (surprised ? 0.26 : 0.24) * mimic.open();
    double width = 0.27 + 0.15 * mouth.width();
    this.half = surprised ? 0.55 * width : width * (1 + 0.28 * smile);
    this.y = 0.78 + 0.1 * mouth.height() + 0.04 * smile - (surprised ? 0.03 : 0);
    this.corner = y - 0.2 * smile + (surprised ? open / 2 : 0);
    this.upper = 0.05 + 0.09 * mouth.fullness();
    this.lower = 0.07 + 0.12 * mouth.fullness();
  }

  void paint() {
    Color shadow = sitting.shadow();
    Color lip = lipColour();
    canvas.spot(
        head.at(0, y + open + lower + 0.08), 0.3 * unit, 0.08 * unit, head.tilt(), shadow, 0.55);
    canvas.fill(ring(half, y - upper, y + open + lower), Colours.mix(lip, shadow, 0.3));
    canvas.fill(lowerLip(), Colours.mix(lip, sitting.glow(), 0.14));
    if (open > 0.02) {
      opened();
    } else {
      Shape line =
          head.curve(
              false,
              -half,
              corner,
              -half * 0.5,
              y + 0.01,
              0,
              y,
              half * 0.5,
              y + 0.01,
              half,
              corner);
      canvas.line(line, 0.055 * unit, Colours.shade(shadow, 0.45));
    }
    for (int side = -1; side <= 1; side += 2) {
      canvas.spot(head.at(side * (half + 0.02), corner), 0.09 * unit, 0.08 * unit, 0, shadow, 0.7);
    }
  }

  private Path2D ring(double wide, double top, double bottom) {
    double bow = (top + y) / 2;
    return head.curve(
        true,
        -wide,
        corner,
        -wide * 0.5,
        bow,
        -0.07,
        top,
        0,
        top + 0.025,
        0.07,
        top,
        wide * 0.5,
        bow,
        wide,
        corner,
        wide * 0.55,
        bottom - 0.25 * lower,
        0,
        bottom,
        -wide * 0.55,
        bottom - 0.25 * lower);
  }

  private Path2D lowerLip() {
    return head.curve(
        true,
        -half,
        corner,
        -half * 0.5,
        y + open * 0.9,
        0,
        y + open,
        half * 0.5,
        y + open * 0.9,
        half,
        corner,
        half * 0.55,
        y + open + lower * 0.8,
        0,
        y + open + lower,
        -half * 0.55,
        y + open + lower * 0.8);
  }

  private void opened() {
    double wide = half * 0.88;
    double bottom = y + open;
    Path2D gap =
        head.curve(
            true,
            -wide,
            corner + 0.01,
            -wide * 0.5,
            y - 0.01,
            0,
            y - 0.01,
            wide * 0.5,
            y - 0.01,
            wide,
            corner + 0.01,
            wide * 0.5,
            y + open * 0.85,
            0,
            bottom,
            -wide * 0.5,
            y + open * 0.85);
    Canvas inside = canvas.layer();
    inside.fill(gap, INSIDE);
    inside.mask();
    double depth = y + open * (smile > 0.3 ? 0.55 : 0.3);
    inside.fill(
        head.curve(
            true,
            -wide * 0.92,
            corner,
            0,
            y - 0.1,
            wide * 0.92,
            corner,
            wide * 0.6,
            depth - 0.03,
            0,
            depth,
            -wide * 0.6,
            depth - 0.03),
        TEETH);
    inside.spot(head.at(0, bottom), 0.2 * unit, 0.1 * unit, 0, new Color(0xd06a6a), 0.8);
    canvas.draw(inside);
  }

  private Color lipColour() {
    Person person = sitting.person();
    double rosy = 0.42 + 0.38 * person.presentation();
    Color red = Colours.mix(new Color(0xbf4148), sitting.shadow(), 0.65 * person.skin().tone());
    return Colours.mix(sitting.skin(), red, rosy);
  }
}
