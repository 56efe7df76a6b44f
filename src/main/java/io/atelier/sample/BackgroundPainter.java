package io.atelier.sample;

import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;

/** Places, on a canvas whose height is 1 and whose width is its aspect ratio. */
final class BackgroundPainter {
  private final Canvas canvas;
  private final Attributes attributes;
  private final double height;
  private final double wide;
  private final Draws draws;

  BackgroundPainter(Canvas canvas, Attributes attributes, long detail) {
    this.canvas = canvas;
    this.attributes = attributes;
    this.height = canvas.height();
    this.wide = canvas.width() / height;
    this.draws = new Draws(Draws.seed(detail, 2));
  }

  void paint() {
    switch (attributes.place()) {
      case PLAIN -> plain();
      case STUDIO -> studio();
      case OFFICE -> office();
      case LIBRARY -> library();
      case CAFE -> cafe();
      case PARK -> park(false);
      case AUTUMN_PARK -> park(true);
      case FOREST -> forest();
      case BEACH -> beach();
      case SUNSET -> sunset();
      case MOUNTAINS -> mountains();
      case STREET -> street();
      case NIGHT_CITY -> nightCity();
    }
  }

  private void plain() {
    Color base = attributes.backdrop().shade(draws);
    gradient(0, 1, Colours.tint(base, 0.1), Colours.shade(base, 0.9));
  }

  /** A dark mottled backdrop with a pool of light and the edge of a lamp. */
  private void studio() {
    Color base = Colours.hsb(draws.between(0.55, 0.75), draws.between(0.04, 0.14), 0.3);
    gradient(0, 1, Colours.shade(base, 0.8), Colours.shade(base, 0.55));
    spot(wide / 2, 0.42, 0.7, 0.6, Colours.shade(base, 2.3), 0.95);
    double side = draws.chance(0.5) ? 0.1 * wide : 0.9 * wide;
    double lean = side < wide / 2 ? 0.05 : -0.05;
    canvas.fill(
        Shapes.polygon(
            at(side - 0.13, 0.02),
            at(side + 0.13, 0.02 + lean),
            at(side + 0.13, 0.3 + lean),
            at(side - 0.13, 0.3)),
        new Color(0xfffaf0));
    box(side - 0.012, 0.3, 0.024, 0.75, new Color(0x121216));
    spot(side, 0.16, 0.35, 0.3, new Color(0xfff3dc), 0.45);
  }

  private void office() {
    gradient(0, 1, new Color(0xe8ecef), new Color(0xc7d0d6));
    for (int i = 0; i < 3; i++) {
      double x = wide * (i - 0.1) / 2.6;
      box(x - 0.01, 0.04, wide / 3.1 + 0.02, 0.52, new Color(0x8d9aa5));
      boxGradient(
          x + 0.005, 0.06, wide / 3.1 - 0.01, 0.48, new Color(0x9fd0f2), new Color(0xe9f6ff));
      box(x + 0.03, 0.3 + draws.between(0, 0.1), 0.09, 0.24, new Color(0x8aa7bf));
      box(x + 0.14, 0.24 + draws.between(0, 0.14), 0.08, 0.3, new Color(0x7793ad));
      box(x + 0.005, 0.54, wide / 3.1 - 0.01, 0.02, new Color(0x7d8a95));
    }
    box(-0.1, 0.72, wide + 0.2, 0.3, new Color(0xb98a5a));
    box(-0.1, 0.72, wide + 0.2, 0.025, new Color(0xd6ab7a));
    double x = draws.chance(0.5) ? 0.06 : wide - 0.3;
    box(x, 0.5, 0.25, 0.18, new Color(0x23272c));
    box(x + 0.015, 0.515, 0.22, 0.14, new Color(0x5fb0d8));
    box(x + 0.11, 0.68, 0.03, 0.05, new Color(0x23272c));
  }

  private void library() {
    gradient(0, 1, new Color(0x6a4326), new Color(0x4a2d18));
    for (int row = 0; row < 5; row++) {
      double top = 0.02 + row * 0.21;
      box(-0.1, top, wide + 0.2, 0.18, new Color(0x2d1a0d));
      double x = -draws.between(0, 0.05);
      while (x < wide) {
        double w = draws.between(0.03, 0.06);
        double h = draws.between(0.11, 0.165);
        Color cover = Colours.hsb(draws.unit(), draws.between(0.35, 0.7), draws.between(0.4, 0.85));
        box(x, top + 0.18 - h, w * 0.88, h, cover);
        x += w;
      }
      box(-0.1, top + 0.18, wide + 0.2, 0.03, new Color(0x8a5a34));
    }
  }

  private void cafe() {
    gradient(0, 1, new Color(0x8a4b33), new Color(0x5e3021));
    for (int row = 0; row < 9; row++) {
      for (int i = 0; i < 8; i++) {
        double x = wide * (i + (row % 2) * 0.5 - 0.5) / 7;
        box(
            x,
            row * 0.085,
            wide / 7 - 0.012,
            0.073,
            Colours.shade(new Color(0xa65f42), draws.between(0.85, 1.12)));
      }
    }
    box(-0.1, 0.76, wide + 0.2, 0.3, new Color(0x3c2415));
    box(-0.1, 0.76, wide + 0.2, 0.02, new Color(0xc98f55));
    for (int i = 0; i < 3; i++) {
      double x = wide * (0.12 + 0.38 * i) + draws.between(-0.03, 0.03);
      double y = draws.between(0.16, 0.26);
      box(x - 0.004, 0, 0.008, y, new Color(0x1c120b));
      spot(x, y + 0.03, 0.2, 0.18, new Color(0xffc864), 0.75);
      canvas.ellipse(at(x, y + 0.02), 0.045 * height, 0.05 * height, 0, new Color(0xfff0c0));
    }
    for (int i = 0; i < 2; i++) {
      double x = wide * (0.06 + 0.82 * i);
      box(x, 0.69, 0.07, 0.07, new Color(0xf3efe6));
    }
  }

  private void park(boolean autumn) {
    gradient(0, 0.62, new Color(0x8cc9f2), new Color(0xe2f2f6));
    boxGradient(
        -0.1,
        0.6,
        wide + 0.2,
        0.4,
        autumn ? new Color(0xc9a545) : new Color(0x86c252),
        autumn ? new Color(0x94702c) : new Color(0x4c8a35));
    for (int i = 0; i < 4; i++) {
      double x = wide * (i + draws.between(0.1, 0.9)) / 4;
      double y = draws.between(0.2, 0.34);
      double size = draws.between(0.13, 0.19);
      box(x - 0.022, y, 0.044, 0.42, new Color(0x5d3f28));
      double hue = autumn ? draws.between(0.03, 0.12) : draws.between(0.25, 0.33);
      for (int k = 0; k < 6; k++) {
        Color leaf =
            Colours.hsb(
                hue + draws.between(-0.02, 0.02),
                autumn ? 0.82 : 0.62,
                (autumn ? 0.82 : 0.5) + draws.between(-0.1, 0.12));
        Point2D at = at(x + draws.between(-size, size), y + draws.between(-size, size * 0.7));
        canvas.ellipse(at, size * 0.75 * height, size * 0.68 * height, 0, leaf);
      }
    }
    if (autumn) {
      for (int i = 0; i < 14; i++) {
        Color leaf = Colours.hsb(draws.between(0.02, 0.12), 0.85, 0.85);
        double x = draws.between(0, wide);
        canvas.ellipse(at(x, draws.between(0.66, 1)), 0.02 * height, 0.012 * height, 0.3, leaf);
      }
    }
  }

  private void forest() {
    gradient(0, 1, new Color(0x9cc08a), new Color(0x2c4a2a));
    spot(wide * draws.between(0.3, 0.7), 0.2, 0.5, 0.45, new Color(0xf2f7c8), 0.7);
    for (int layer = 0; layer < 2; layer++) {
      for (int i = 0; i < 5; i++) {
        double x = wide * (i + draws.between(0.1, 0.9)) / 5;
        double w = layer == 0 ? 0.035 : draws.between(0.05, 0.08);
        Color bark = layer == 0 ? new Color(0x5e7350) : new Color(0x2c2a1c);
        box(x, -0.05, w, 1.1, bark);
        if (layer == 1) {
          box(x, -0.05, w * 0.3, 1.1, new Color(0x57502f));
        }
      }
    }
    for (int i = 0; i < 16; i++) {
      Color leaf = Colours.hsb(draws.between(0.26, 0.36), 0.6, draws.between(0.22, 0.5));
      canvas.ellipse(
          at(wide * i / 15.0, draws.between(-0.04, 0.1)), 0.1 * height, 0.08 * height, 0, leaf);
      canvas.ellipse(
          at(wide * i / 15.0, draws.between(0.86, 1)),
          0.1 * height,
          0.07 * height,
          0,
          Colours.shade(leaf, 0.8));
    }
  }

  private void beach() {
    double horizon = draws.between(0.44, 0.5);
    gradient(0, horizon, new Color(0x3fa0e8), new Color(0xcdeefc));
    for (int i = 0; i < 3; i++) {
      double x = draws.between(0, wide);
      double y = draws.between(0.06, 0.26);
      for (int k = -1; k <= 1; k++) {
        canvas.ellipse(
            at(x + 0.07 * k, y),
            0.08 * height,
            (k == 0 ? 0.045 : 0.03) * height,
            0,
            new Color(255, 255, 255, 225));
      }
    }
    sea(horizon, new Color(0x1677b8), new Color(0x49c9cf), new Color(0xffffff));
    boxGradient(-0.1, 0.76, wide + 0.2, 0.3, new Color(0xf4dfae), new Color(0xdcbd82));
  }

  private void sunset() {
    double horizon = draws.between(0.48, 0.54);
    canvas.fill(
        rectangle(-0.1, 0, wide + 0.2, horizon),
        at(0, 0),
        at(0, horizon),
        new Color(0x5b4a9c),
        new Color(0xe0668a),
        new Color(0xffb055));
    double x = wide * (draws.chance(0.5) ? draws.between(0.08, 0.22) : draws.between(0.78, 0.92));
    spot(x, horizon - 0.05, 0.4, 0.3, new Color(0xffe58a), 0.8);
    canvas.ellipse(at(x, horizon - 0.05), 0.075 * height, 0.075 * height, 0, new Color(0xfff2b8));
    sea(horizon, new Color(0x8a4a86), new Color(0xd9765f), new Color(0xffd890));
    boxGradient(-0.1, 0.8, wide + 0.2, 0.3, new Color(0xa9705c), new Color(0x6f4650));
  }

  private void sea(double horizon, Color far, Color near, Color glint) {
    boxGradient(-0.1, horizon, wide + 0.2, 0.82 - horizon, far, near);
    for (int i = 0; i < 9; i++) {
      double y = horizon + 0.02 + 0.032 * i;
      canvas.ellipse(
          at(draws.between(0, wide), y),
          draws.between(0.05, 0.14) * height,
          0.006 * height,
          0,
          Colours.alpha(glint, 0.7));
    }
  }

  private void mountains() {
    gradient(0, 0.6, new Color(0x6fb1ea), new Color(0xe6f3fb));
    for (int i = 0; i < 3; i++) {
      double x = wide * (0.1 + 0.4 * i) + draws.between(-0.06, 0.06);
      double top = draws.between(0.08, 0.2);
      double half = draws.between(0.34, 0.44);
      canvas.fill(
          Shapes.polygon(at(x - half, 0.62), at(x, top), at(x + half, 0.62)), new Color(0x5c7391));
      canvas.fill(
          Shapes.polygon(at(x, top), at(x + half, 0.62), at(x + 0.1, 0.62)), new Color(0x45597a));
      double snow = 0.3;
      canvas.fill(
          Shapes.polygon(
              at(x, top),
              at(x + half * snow, top + (0.62 - top) * snow),
              at(x + 0.03, top + 0.09),
              at(x - 0.04, top + (0.62 - top) * 0.36),
              at(x - half * snow, top + (0.62 - top) * snow)),
          new Color(0xfafcff));
    }
    boxGradient(-0.1, 0.6, wide + 0.2, 0.18, new Color(0x3d6f9e), new Color(0x8cc0dd));
    boxGradient(-0.1, 0.76, wide + 0.2, 0.3, new Color(0x6f9a56), new Color(0x46703c));
  }

  private void street() {
    gradient(0, 0.6, new Color(0xbfe0f5), new Color(0xf5f3ea));
    for (int side = -1; side <= 1; side += 2) {
      for (int i = 0; i < 3; i++) {
        double near = 0.5 - 0.19 * i;
        double far = near - 0.19;
        double middle = wide / 2;
        Color wall =
            Colours.hsb(
                draws.between(0.0, 0.12), draws.between(0.2, 0.45), draws.between(0.72, 0.92));
        double roof = 0.02 + 0.13 * i + draws.between(0, 0.06);
        double x = middle + side * far * wide;
        double w = (near - far) * wide + 0.01;
        double left = side < 0 ? x - w : x;
        box(left, roof, w, 0.85 - roof, wall);
        for (int row = 0; row < 4; row++) {
          for (int col = 0; col < 2; col++) {
            double wy = roof + 0.05 + row * 0.13;
            if (wy < 0.62) {
              box(left + w * (0.14 + 0.42 * col), wy, w * 0.26, 0.07, new Color(0x4a6076));
            }
          }
        }
      }
    }
    Path2D road =
        Shapes.polygon(
            at(wide * 0.46, 0.6), at(wide * 0.54, 0.6), at(wide * 1.1, 1), at(-wide * 0.1, 1));
    box(-0.1, 0.82, wide + 0.2, 0.2, new Color(0xb9b3aa));
    canvas.fill(road, new Color(0x75757c));
    canvas.fill(
        Shapes.polygon(
            at(wide * 0.497, 0.62), at(wide * 0.503, 0.62), at(wide * 0.52, 1), at(wide * 0.48, 1)),
        new Color(0xf1ead2));
  }

  private void nightCity() {
    gradient(0, 1, new Color(0x0d1030), new Color(0x3a2a5a));
    spot(wide / 2, 0.8, wide * 0.8, 0.4, new Color(0xc7588c), 0.5);
    double x = -0.05;
    while (x < wide) {
      double w = draws.between(0.14, 0.24);
      double top = draws.between(0.08, 0.42);
      box(x, top, w, 1 - top, Colours.hsb(0.66, 0.45, draws.between(0.1, 0.2)));
      for (double wy = top + 0.04; wy < 0.9; wy += 0.085) {
        for (double wx = x + 0.025; wx < x + w - 0.03; wx += 0.055) {
          if (draws.chance(0.5)) {
            box(wx, wy, 0.03, 0.045, Colours.hsb(draws.between(0.09, 0.15), 0.55, 1));
          }
        }
      }
      x += w * 1.04;
    }
    for (int i = 0; i < 12; i++) {
      double size = draws.between(0.02, 0.05) * height;
      double hue = draws.chance(0.5) ? draws.between(0.82, 0.95) : draws.between(0.48, 0.58);
      Color lamp = Colours.alpha(Colours.hsb(hue, 0.75, 1), draws.between(0.4, 0.8));
      canvas.ellipse(at(draws.between(0, wide), draws.between(0.45, 0.95)), size, size, 0, lamp);
    }
  }

  private Point2D at(double x, double y) {
    return new Point2D.Double(x * height, y * height);
  }

  private void spot(double x, double y, double rx, double ry, Color colour, double alpha) {
    canvas.spot(at(x, y), rx * height, ry * height, 0, colour, alpha);
  }

  private void gradient(double top, double bottom, Color from, Color to) {
    boxGradient(-1, top, wide + 2, bottom - top, from, to);
  }

  private void box(double x, double y, double w, double h, Color colour) {
    canvas.fill(rectangle(x, y, w, h), colour);
  }

  private void boxGradient(double x, double y, double w, double h, Color from, Color to) {
    canvas.fill(rectangle(x, y, w, h), at(0, y), at(0, y + h), from, to);
  }

  private Shape rectangle(double x, double y, double w, double h) {
    return new Rectangle2D.Double(x * height, y * height, w * height, h * height);
  }
}
