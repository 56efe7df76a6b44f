package io.atelier.sample;

import io.atelier.sample.Attributes.Garment;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;

/** Neck, shoulders and what is worn on them. */
final class ClothingPainter {
  private static final Color LINEN = new Color(0xf5f3ef);

  private final Canvas canvas;
  private final Sitting sitting;
  private final HeadFrame head;
  private final HeadFrame body;
  private final Garment garment;
  private final double unit;
  private final double shoulder;
  private final Color cloth;
  private final Color fold;
  private final Color sheen;

  ClothingPainter(Canvas canvas, Sitting sitting) {
    this.canvas = canvas;
    this.sitting = sitting;
    this.head = sitting.head();
    this.body = sitting.body();
    this.garment = sitting.attributes().garment();
    this.unit = sitting.unit();
    this.shoulder = 2.15 - 0.35 * sitting.person().presentation();
    this.cloth =
        sitting.attributes().clothing().shade(new Draws(Draws.seed(sitting.shot().detail(), 1)));
    this.fold = Colours.shade(cloth, 0.62);
    this.sheen = Colours.tint(cloth, 0.25);
  }

  void paint() {
    neck();
    Canvas layer = canvas.layer();
    layer.fill(torso(), cloth);
    layer.mask();
    folds(layer);
    switch (garment) {
      case T_SHIRT -> band(layer, 0.12, Colours.shade(cloth, 0.8));
      case SWEATER -> sweater(layer);
      case HOODIE -> hoodie(layer);
      case SHIRT -> placket(layer);
      case DRESS -> band(layer, 0.07, sheen);
      case SUIT -> suit(layer);
      case JACKET -> jacket(layer);
      case TURTLENECK -> {}
    }
    canvas.draw(layer);
    switch (garment) {
      case SHIRT -> collar(Colours.tint(cloth, 0.18), 1.0);
      case SUIT -> collar(LINEN, 0.8);
      case JACKET -> collar(Colours.shade(cloth, 0.86), 1.2);
      case TURTLENECK -> turtleneck();
      case HOODIE -> hood();
      case T_SHIRT, SWEATER, DRESS -> {}
    }
  }

  private void neck() {
    double half = 0.64 - 0.14 * sitting.person().presentation();
    double spread = garment == Garment.DRESS ? 1.5 : 0.8;
    Point2D[] edge = {
      head.at(-half, 0.6, -0.15),
      body.at(-half, 1.45, -0.1),
      body.at(-half - 0.06, 1.75, 0),
      body.at(-spread, 2.02, 0),
      body.at(-spread, 3.2, 0),
      body.at(spread, 3.2, 0),
      body.at(spread, 2.02, 0),
      body.at(half + 0.06, 1.75, 0),
      body.at(half, 1.45, -0.1),
      head.at(half, 0.6, -0.15)
    };
    Color shadow = sitting.shadow();
    Canvas layer = canvas.layer();
    layer.fill(Shapes.curve(true, edge), Colours.mix(sitting.skin(), shadow, 0.12));
    layer.mask();
    layer.spot(head.at(0, 1.36, 0.1), 1.05 * unit, 0.55 * unit, 0, shadow, 0.9);
    layer.spot(body.at(-sitting.lit() * half, 1.7, 0), 0.4 * unit, 0.9 * unit, 0, shadow, 0.6);
    layer.spot(
        body.at(sitting.lit() * 0.3, 2.3, 0.2), 0.8 * unit, 0.3 * unit, 0, sitting.glow(), 0.5);
    for (int side = -1; side <= 1; side += 2) {
      Shape bone =
          Shapes.curve(
              false, body.points(0.2, side * 0.12, 2.08, side * 0.5, 2.02, side * 1.0, 1.96));
      layer.line(bone, 0.045 * unit, Colours.alpha(shadow, 0.35));
    }
    canvas.draw(layer);
  }

  private Shape torso() {
    double s = shoulder;
    double open = garment == Garment.DRESS ? 1.12 : 0.68;
    double high = garment == Garment.DRESS ? 1.98 : 1.66;
    double slope = garment == Garment.DRESS ? 2.02 : 1.9;
    Path2D path =
        Shapes.curve(
            false,
            body.points(
                0.1,
                -open,
                high,
                -open * 1.3,
                slope,
                -s * 0.78,
                2.08,
                -s * 1.02,
                2.42,
                -s * 1.14,
                3.3,
                -s * 1.2,
                6,
                0,
                6.5,
                s * 1.2,
                6,
                s * 1.14,
                3.3,
                s * 1.02,
                2.42,
                s * 0.78,
                2.08,
                open * 1.3,
                slope,
                open,
                high));
    path.append(Shapes.curve(false, neckline(open, high)), true);
    path.closePath();
    return path;
  }

  /** From picture right to left. */
  private Point2D[] neckline(double open, double high) {
    double low =
        switch (garment) {
          case T_SHIRT, SWEATER -> 2.1;
          case HOODIE -> 2.2;
          case TURTLENECK -> 1.9;
          case DRESS -> 2.66;
          case SHIRT, JACKET -> 2.4;
          case SUIT -> 2.3;
        };
    double inner = high + (low - high) * 0.74;
    return body.points(
        0.3, open, high, open * 0.72, inner, 0, low, -open * 0.72, inner, -open, high);
  }

  private void folds(Canvas layer) {
    int dark = -sitting.lit();
    layer.spot(body.at(dark * shoulder, 3.3, 0), 1.3 * unit, 2.2 * unit, 0, fold, 0.8);
    layer.spot(body.at(-dark * 1.2, 2.3, 0), 0.9 * unit, 0.4 * unit, 0, sheen, 0.6);
    for (int side = -1; side <= 1; side += 2) {
      double s = side * shoulder;
      Shape sleeve = Shapes.curve(false, body.points(0, s * 0.84, 2.75, s * 0.8, 3.4, s * 0.84, 5));
      layer.line(sleeve, 0.07 * unit, Colours.alpha(fold, 0.7));
    }
  }

  /** The seam of the neckline. */
  private void band(Canvas layer, double width, Color colour) {
    double open = garment == Garment.DRESS ? 1.12 : 0.68;
    double high = garment == Garment.DRESS ? 1.98 : 1.66;
    layer.line(Shapes.curve(false, neckline(open, high)), 2 * width * unit, colour);
  }

  private void sweater(Canvas layer) {
    for (int row = 0; row < 7; row++) {
      double y = 2.62 + 0.5 * row;
      Point2D[] zigzag = new Point2D[33];
      for (int i = 0; i < zigzag.length; i++) {
        double x = -2.4 + 0.15 * i;
        zigzag[i] = body.at(x, y + (i % 2 == 0 ? 0.09 : -0.09) + 0.03 * x * x, 0.2);
      }
      Color yarn = row % 2 == 0 ? Colours.tint(cloth, 0.5) : fold;
      layer.line(Shapes.curve(false, zigzag), 0.09 * unit, Colours.alpha(yarn, 0.9));
    }
    band(layer, 0.2, Colours.shade(cloth, 0.84));
  }

  private void hood() {
    for (int side = -1; side <= 1; side += 2) {
      double[] xy = {
        0.6, 1.3, 0.92, 1.28, 1.24, 1.62, 1.18, 2.05, 0.66, 2.36, 0.06, 2.5, 0.32, 2.12, 0.58, 1.76
      };
      Point2D[] points = new Point2D[xy.length / 2];
      for (int i = 0; i < points.length; i++) {
        points[i] = body.at(side * xy[2 * i], xy[2 * i + 1], 0.2);
      }
      Canvas layer = canvas.layer();
      layer.fill(Shapes.curve(true, points), side == sitting.lit() ? sheen : cloth);
      layer.mask();
      layer.spot(points[7], 0.42 * unit, 0.6 * unit, 0, fold, 0.9);
      layer.line(Shapes.curve(true, points), 0.07 * unit, fold);
      canvas.draw(layer);
    }
  }

  private void hoodie(Canvas layer) {
    band(layer, 0.2, Colours.shade(cloth, 0.85));
    for (int side = -1; side <= 1; side += 2) {
      Shape cord =
          Shapes.curve(
              false, body.points(0.3, side * 0.34, 2.2, side * 0.4, 2.7, side * 0.34, 3.3));
      layer.line(
          cord, 0.09 * unit, sitting.attributes().clothing() == Colour.WHITE ? Color.GRAY : LINEN);
    }
    Shape pocket = Shapes.curve(false, body.points(0.3, -1.3, 4.9, -0.9, 4.1, 0.9, 4.1, 1.3, 4.9));
    layer.line(pocket, 0.08 * unit, Colours.alpha(fold, 0.8));
  }

  private void placket(Canvas layer) {
    Shape line = Shapes.curve(false, body.points(0.3, 0.12, 2.3, 0.12, 3.2, 0.12, 6));
    layer.line(line, 0.05 * unit, Colours.alpha(fold, 0.9));
    for (int i = 0; i < 5; i++) {
      layer.ellipse(
          body.at(0, 2.7 + 0.55 * i, 0.3), 0.07 * unit, 0.07 * unit, 0, Colours.tint(cloth, 0.7));
    }
  }

  private void suit(Canvas layer) {
    chest(layer, 0.62, 4.2, LINEN);
    double[] knot = {-0.14, 2.2, 0.14, 2.2, 0.09, 2.45, 0.17, 4.0, -0.17, 4.0, -0.09, 2.45};
    Color tie = sitting.attributes().clothing() == Colour.BLACK ? new Color(0x5c5f66) : fold;
    if (sitting.person().presentation() < 0.5) {
      layer.fill(Shapes.polygon(body.points(0.3, knot)), tie);
    }
    for (int side = -1; side <= 1; side += 2) {
      double[] xy = {0.6, 1.68, 1.02, 2.3, 0.8, 2.5, 0.98, 2.66, 0.02, 4.2, 0.5, 2.5};
      Shape lapel = mirrored(xy, side);
      layer.fill(lapel, Colours.shade(cloth, side == sitting.lit() ? 1.06 : 0.86));
      layer.line(lapel, 0.045 * unit, fold);
    }
    Shape front = Shapes.curve(false, body.points(0.3, 0, 4.1, 0.04, 6));
    layer.line(front, 0.05 * unit, fold);
  }

  private void jacket(Canvas layer) {
    boolean pale = sitting.attributes().clothing() == Colour.WHITE;
    chest(layer, 0.7, 9, pale ? new Color(0x8c9097) : LINEN);
    for (int side = -1; side <= 1; side += 2) {
      Shape edge =
          Shapes.curve(false, body.points(0.3, side * 0.66, 1.7, side * 0.6, 2.8, side * 0.56, 6));
      layer.line(edge, 0.2 * unit, Colours.shade(cloth, 0.84));
      Shape seam =
          Shapes.curve(false, body.points(0.3, side * 0.7, 3.05, side * 1.2, 2.98, side * 2, 3.1));
      layer.line(seam, 0.05 * unit, Colours.tint(cloth, 0.45));
      for (int i = 0; i < 3; i++) {
        layer.ellipse(
            body.at(side * 0.62, 2.75 + 0.6 * i, 0.3),
            0.06 * unit,
            0.06 * unit,
            0,
            new Color(0xd9b65c));
      }
    }
  }

  /** What is worn below, seen through the opening. */
  private void chest(Canvas layer, double half, double low, Color colour) {
    Shape opening =
        low > 5
            ? Shapes.polygon(body.points(0.3, -half, 1.5, half, 1.5, 0.56, low, -0.56, low))
            : Shapes.polygon(body.points(0.3, -half, 1.5, half, 1.5, 0, low));
    layer.fill(opening, colour);
    layer.spot(body.at(0, 2.2, 0.3), 0.5 * unit, 0.3 * unit, 0, new Color(0x9a96a0), 0.5);
  }

  private void collar(Color colour, double size) {
    for (int side = -1; side <= 1; side += 2) {
      double[] xy = {
        0.62, 1.5, 0.4, 1.9, 0.06, 2.3, 0.32 * size, 2.3 + 0.3 * size, 0.6 + 0.3 * size, 1.95
      };
      Shape flap = mirrored(xy, side);
      canvas.fill(flap, side == sitting.lit() ? Colours.tint(colour, 0.15) : colour);
      canvas.line(flap, 0.045 * unit, Colours.shade(colour, 0.6));
    }
  }

  private Shape mirrored(double[] xy, int side) {
    double[] placed = xy.clone();
    for (int i = 0; i < placed.length; i += 2) {
      placed[i] *= side;
    }
    return Shapes.polygon(body.points(0.3, placed));
  }

  private void turtleneck() {
    double half = 0.74 - 0.14 * sitting.person().presentation();
    Canvas layer = canvas.layer();
    layer.fill(
        Shapes.curve(
            true,
            body.points(
                0.1,
                -half,
                1.42,
                -half * 0.5,
                1.56,
                0,
                1.6,
                half * 0.5,
                1.56,
                half,
                1.42,
                half + 0.14,
                1.95,
                half * 0.6,
                2.14,
                0,
                2.2,
                -half * 0.6,
                2.14,
                -half - 0.14,
                1.95)),
        Colours.shade(cloth, 0.92));
    layer.mask();
    layer.spot(head.at(0, 1.4, 0), 0.9 * unit, 0.3 * unit, 0, fold, 0.7);
    for (int i = -4; i <= 4; i++) {
      double x = i * 0.17;
      Shape rib = Shapes.curve(false, body.points(0.3, x, 1.45, x * 1.08, 2.2));
      layer.line(rib, 0.035 * unit, Colours.alpha(fold, 0.6));
    }
    canvas.draw(layer);
    Shape hem =
        Shapes.curve(
            false,
            body.points(
                0.2,
                -half - 0.14,
                1.97,
                -half * 0.6,
                2.16,
                0,
                2.22,
                half * 0.6,
                2.16,
                half + 0.14,
                1.97));
    canvas.line(hem, 0.06 * unit, fold);
  }
}
