package io.atelier.sample;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Point2D;
import java.awt.geom.RoundRectangle2D;

/** The person's own glasses, or sunglasses in the same frame. */
final class GlassesPainter {
  private final Canvas canvas;
  private final Sitting sitting;
  private final HeadFrame head;
  private final double unit;

  GlassesPainter(Canvas canvas, Sitting sitting) {
    this.canvas = canvas;
    this.sitting = sitting;
    this.head = sitting.head();
    this.unit = sitting.unit();
  }

  void paint() {
    switch (sitting.attributes().eyewear()) {
      case NONE -> {}
      case GLASSES -> frame(new Color(232, 243, 255, 14));
      case SUNGLASSES -> frame(new Color(22, 22, 28, 245));
    }
  }

  private void frame(Color glass) {
    Person.Glasses glasses = sitting.person().glasses();
    Color rim =
        glasses.hue() < 0.5 ? new Color(0x1d1a1f) : Colours.hsb(2 * glasses.hue() - 1, 0.75, 0.42);
    double thick = (0.045 + 0.035 * glasses.rim()) * unit;
    double centre = sitting.eyeDistance() + 0.02;
    double y = EyePainter.EYE_LINE;
    for (int side = -1; side <= 1; side += 2) {
      Shape lens = lens(head.at(side * centre, y + 0.03, 0.86), glasses.roundness());
      canvas.fill(lens, glass);
      canvas.line(lens, thick, rim);
      Point2D hinge = head.at(side * (centre + 0.3), y - 0.06, 0.8);
      canvas.line(Shapes.curve(false, hinge, head.at(side * 1.02, y - 0.04, 0)), thick * 0.9, rim);
      if (glass.getAlpha() > 100) {
        canvas.spot(
            head.at(side * centre - 0.1, y - 0.05, 0.86),
            0.14 * unit,
            0.08 * unit,
            head.tilt(),
            Color.WHITE,
            0.4);
      }
    }
    canvas.line(
        Shapes.curve(
            false,
            head.at(-centre + 0.29, y, 0.92),
            head.at(0, y - 0.06, 1.0),
            head.at(centre - 0.29, y, 0.92)),
        thick,
        rim);
  }

  private Shape lens(Point2D middle, double roundness) {
    double h = (0.2 + 0.08 * roundness) * unit;
    double w = 0.3 * unit;
    double round = 0.5 + 1.5 * roundness;
    Shape box = new RoundRectangle2D.Double(-1, -1, 2, 2, Math.min(2, round), Math.min(2, round));
    return Shapes.placed(middle, w * head.narrow(), h, head.tilt()).createTransformedShape(box);
  }
}
