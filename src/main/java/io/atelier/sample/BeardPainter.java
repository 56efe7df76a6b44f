package io.atelier.sample;

import java.awt.Color;
import java.awt.geom.Path2D;

/** Stubble, moustache, goatee and full beard. */
final class BeardPainter {
  private final Canvas canvas;
  private final Sitting sitting;
  private final HeadFrame head;
  private final double unit;
  private final Color hair;
  private final double length;

  BeardPainter(Canvas canvas, Sitting sitting) {
    this.canvas = canvas;
    this.sitting = sitting;
    this.head = sitting.head();
    this.unit = sitting.unit();
    this.hair = Colours.shade(Colours.hair(sitting.person().hair()), 0.82);
    this.length = sitting.person().beard().length();
  }

  void paint() {
    switch (sitting.person().beard().kind()) {
      case NONE -> {}
      case STUBBLE -> stubble();
      case MOUSTACHE -> moustache();
      case GOATEE -> goatee();
      case FULL -> full();
    }
  }

  private void stubble() {
    Color tint = Colours.mix(hair, Color.BLACK, 0.3);
    canvas.fill(jaw(0), Colours.alpha(tint, 0.2 + 0.1 * length));
    canvas.softLine(jaw(0), 0.12 * unit, tint, 0.1);
  }

  private void full() {
    double drop = 0.06 + 0.3 * length;
    Path2D jaw = jaw(drop);
    Canvas layer = canvas.layer();
    layer.fill(jaw, Colours.alpha(hair, 0.97));
    layer.mask();
    Color light = Colours.tint(hair, 0.16);
    for (int i = -3; i <= 3; i++) {
      double x = i * 0.24;
      layer.line(
          head.curve(false, x, 0.7, x * 0.95, 1.1, x * 0.7, 1.45 + drop),
          0.05 * unit,
          Colours.alpha(i % 2 == 0 ? light : Colours.shade(hair, 0.7), 0.5));
    }
    layer.spot(
        head.at(-sitting.lit() * 0.8, 1.0),
        0.6 * unit,
        0.8 * unit,
        0,
        Colours.shade(hair, 0.45),
        0.6);
    canvas.draw(layer);
    moustache();
  }

  private void goatee() {
    double drop = 0.05 + 0.2 * length;
    canvas.fill(
        head.curve(
            true,
            -0.1,
            1.02,
            0.1,
            1.02,
            0.3,
            1.08,
            0.34,
            1.3,
            0.2,
            1.42 + drop,
            0,
            1.48 + drop,
            -0.2,
            1.42 + drop,
            -0.34,
            1.3,
            -0.3,
            1.08),
        Colours.alpha(hair, 0.95));
    for (int side = -1; side <= 1; side += 2) {
      canvas.line(
          head.curve(false, side * 0.4, 0.78, side * 0.43, 0.95, side * 0.3, 1.18),
          0.1 * unit,
          Colours.alpha(hair, 0.9));
    }
    moustache();
  }

  private void moustache() {
    double half = 0.34 + 0.1 * sitting.person().mouth().width() + 0.08 * sitting.mimic().smile();
    double y = 0.66 + 0.08 * sitting.person().mouth().height();
    double end = y + 0.12 + 0.1 * length - 0.1 * sitting.mimic().smile();
    canvas.fill(
        head.curve(
            true,
            -half,
            end,
            -half * 0.55,
            y - 0.05,
            -0.08,
            y - 0.08,
            0,
            y - 0.04,
            0.08,
            y - 0.08,
            half * 0.55,
            y - 0.05,
            half,
            end,
            half * 0.5,
            y + 0.1,
            0,
            y + 0.08,
            -half * 0.5,
            y + 0.1),
        Colours.alpha(hair, 0.96));
  }

  /** Cheeks, jaw and chin with the mouth left free. */
  private Path2D jaw(double drop) {
    Person.Face face = sitting.person().face();
    double jaw = 0.62 + 0.3 * face.jaw();
    double chin = 0.24 + 0.28 * face.chin();
    Path2D region = new Path2D.Double(Path2D.WIND_EVEN_ODD);
    region.append(
        head.curve(
            true,
            -0.99,
            0.12,
            -0.88,
            0.5,
            -0.6,
            0.68,
            -0.3,
            0.6,
            0,
            0.62,
            0.3,
            0.6,
            0.6,
            0.68,
            0.88,
            0.5,
            0.99,
            0.12,
            0.52 + 0.5 * jaw,
            0.6,
            jaw,
            1.0 + drop / 3,
            chin,
            1.36 + drop,
            0,
            1.44 + drop,
            -chin,
            1.36 + drop,
            -jaw,
            1.0 + drop / 3,
            -0.52 - 0.5 * jaw,
            0.6),
        false);
    double half = 0.4 + 0.1 * sitting.person().mouth().width();
    region.append(
        head.curve(
            true,
            -half,
            0.76,
            -half * 0.5,
            0.72,
            0,
            0.72,
            half * 0.5,
            0.72,
            half,
            0.76,
            0.24,
            1.08,
            0,
            1.12,
            -0.24,
            1.08),
        false);
    return region;
  }
}
