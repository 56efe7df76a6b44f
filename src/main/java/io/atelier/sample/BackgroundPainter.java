package io.atelier.sample;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.Shape;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;

/** Places, on a canvas whose height is 1 and whose width is its aspect ratio. */
final class BackgroundPainter {
  private final Graphics2D g;
  private final Shot.Background background;
  private final double height;
  private final double wide;
  private final Draws draws;

  BackgroundPainter(Graphics2D g, Shot.Background background, int width, int height) {
    this.g = g;
    this.background = background;
    this.height = height;
    this.wide = (double) width / height;
    this.draws = new Draws(background.detail());
  }

  void paint() {
    switch (background.place()) {
      case OFFICE -> office();
      case PARK -> park();
      case STUDIO -> studio();
      case BEACH -> beach();
      case NIGHT_CITY -> nightCity();
      case PLAIN -> plain();
    }
  }

  private void plain() {
    Color base = Colours.hsb(background.hue(), 0.32, 0.86);
    gradient(0, 1, Colours.mix(base, Color.WHITE, 0.25), Colours.shade(base, 0.8));
    spot(wide / 2, 0.4, 0.8, 0.7, Color.WHITE, 0.3);
  }

  private void studio() {
    Color base = Colours.hsb(background.hue(), 0.22, 0.42);
    gradient(0, 1, Colours.shade(base, 0.75), Colours.shade(base, 0.5));
    spot(wide * draws.between(0.35, 0.65), 0.45, 0.75, 0.7, Colours.shade(base, 1.75), 0.9);
    for (int i = 0; i < 26; i++) {
      double light = draws.between(0.7, 1.5);
      spot(
          draws.between(0, wide),
          draws.unit(),
          draws.between(0.08, 0.3),
          draws.between(0.06, 0.2),
          Colours.shade(base, light),
          0.25);
    }
  }

  private void office() {
    Color wall = Colours.mix(Colours.hsb(background.hue(), 0.2, 0.9), new Color(0xe9e2d6), 0.5);
    gradient(0, 1, wall, Colours.shade(wall, 0.82));
    boolean mirrored = draws.chance(0.5);
    double window = mirrored ? wide * 0.62 : -0.05;
    box(window, -0.05, 0.48, 0.7, Colours.shade(wall, 0.7));
    for (int i = 0; i < 2; i++) {
      double x = window + 0.02 + i * 0.23;
      boxGradient(x, -0.05, 0.21, 0.67, new Color(0xd7ebfa), new Color(0xfffbf0));
      spot(x + 0.1, 0.55, 0.12, 0.12, new Color(0x8fb489), 0.9);
    }
    double shelf = mirrored ? -0.03 : wide * 0.6;
    box(shelf, 0.08, 0.46, 0.95, new Color(0x7c5a3e));
    for (int row = 0; row < 4; row++) {
      double top = 0.11 + row * 0.23;
      box(shelf + 0.015, top, 0.43, 0.2, new Color(0x4d3524));
      books(shelf + 0.02, top);
    }
    double plant = mirrored ? wide * 0.56 : wide * 0.5;
    leaves(plant, 0.72);
  }

  private void books(double from, double top) {
    double x = from;
    while (x < from + 0.38) {
      double w = draws.between(0.018, 0.045);
      double h = draws.between(0.12, 0.19);
      if (draws.chance(0.88)) {
        Color cover = Colours.hsb(draws.unit(), draws.between(0.2, 0.6), draws.between(0.4, 0.85));
        box(x, top + 0.2 - h, w * 0.92, h, cover);
      }
      x += w;
    }
  }

  private void leaves(double x, double y) {
    for (int i = 0; i < 40; i++) {
      double angle = draws.between(-2.9, -0.2);
      double far = draws.between(0.05, 0.24);
      Color green = Colours.hsb(draws.between(0.27, 0.38), 0.55, draws.between(0.3, 0.6));
      Point2D at = at(x + Math.cos(angle) * far, y + Math.sin(angle) * far);
      Brush.ellipse(g, at, 0.07 * height, 0.02 * height, angle, green);
    }
    box(x - 0.07, y, 0.14, 0.3, new Color(0xc9b8a2));
  }

  private void park() {
    gradient(0, 0.6, new Color(0x9fcdf0), new Color(0xe8f3ea));
    boxGradient(0, 0.6, wide, 0.4, new Color(0x8fbb5c), new Color(0x4f8038));
    double autumn = draws.chance(0.25) ? draws.between(0.08, 0.13) : draws.between(0.24, 0.31);
    for (int i = 0; i < 260; i++) {
      double y = 0.66 - 0.62 * Math.pow(draws.unit(), 1.3);
      Color leaf =
          Colours.hsb(autumn + draws.between(-0.03, 0.05), 0.55, draws.between(0.28, 0.78));
      double size = draws.between(0.03, 0.1);
      if (y > 0.22 || draws.chance(0.75)) {
        Brush.ellipse(
            g,
            at(draws.between(-0.05, wide + 0.05), y),
            size * height,
            size * 0.8 * height,
            0,
            Colours.alpha(leaf, 0.8));
      }
    }
    for (int i = 0; i < 3; i++) {
      double x = draws.between(0, wide);
      boxGradient(
          x, 0.3, draws.between(0.03, 0.06), 0.42, new Color(0x5f4a37), new Color(0x3b2c20));
    }
    for (int i = 0; i < 35; i++) {
      double size = draws.between(0.012, 0.04);
      Brush.ellipse(
          g,
          at(draws.between(0, wide), draws.between(0, 0.5)),
          size * height,
          size * height,
          0,
          new Color(255, 250, 205, 70));
    }
    for (int i = 0; i < 60; i++) {
      Color grass = Colours.hsb(draws.between(0.22, 0.3), 0.6, draws.between(0.35, 0.75));
      spot(draws.between(0, wide), draws.between(0.64, 1), 0.1, 0.025, grass, 0.6);
    }
  }

  private void beach() {
    double horizon = draws.between(0.4, 0.52);
    double evening = draws.chance(0.4) ? draws.between(0.5, 1) : draws.between(0, 0.2);
    Color high = Colours.mix(new Color(0x5aa9e0), new Color(0x6f6fae), evening);
    Color low = Colours.mix(new Color(0xd6effa), new Color(0xffc38a), evening);
    gradient(0, horizon, high, low);
    spot(
        draws.between(0, wide), horizon - 0.06, 0.3, 0.2, new Color(0xfff4cf), 0.4 + 0.5 * evening);
    for (int i = 0; i < 14; i++) {
      spot(
          draws.between(0, wide),
          draws.between(0.03, horizon - 0.1),
          draws.between(0.1, 0.25),
          draws.between(0.015, 0.04),
          Color.WHITE,
          0.6);
    }
    Color far = Colours.mix(new Color(0x2d86b3), new Color(0x4a5f93), evening);
    Color near = Colours.mix(new Color(0x74cfd0), new Color(0xc6909a), evening);
    boxGradient(0, horizon, wide, 0.8 - horizon, far, near);
    for (int i = 0; i < 70; i++) {
      spot(
          draws.between(0, wide),
          draws.between(horizon + 0.01, 0.76),
          draws.between(0.04, 0.12),
          0.006,
          Color.WHITE,
          0.5);
    }
    Color sand = Colours.mix(new Color(0xecd9b0), new Color(0xd9aa83), evening);
    boxGradient(0, 0.77, wide, 0.25, sand, Colours.shade(sand, 0.82));
    spot(wide / 2, 0.77, wide, 0.02, Color.WHITE, 0.9);
  }

  private void nightCity() {
    gradient(0, 1, new Color(0x14183a), new Color(0x4a3558));
    spot(wide / 2, 0.75, wide * 0.8, 0.4, new Color(0xd07a4c), 0.5);
    double x = -0.05;
    while (x < wide) {
      double w = draws.between(0.1, 0.22);
      double top = draws.between(0.1, 0.5);
      box(x, top, w, 1 - top, Colours.hsb(0.66, 0.4, draws.between(0.1, 0.2)));
      windows(x, top, w);
      x += w * draws.between(0.85, 1.1);
    }
    for (int i = 0; i < 45; i++) {
      double size = draws.between(0.012, 0.045);
      double hue = draws.chance(0.65) ? draws.between(0.04, 0.14) : draws.between(0.5, 0.95);
      Color lamp = Colours.alpha(Colours.hsb(hue, 0.6, 1), draws.between(0.25, 0.7));
      Brush.ellipse(
          g,
          at(draws.between(0, wide), draws.between(0.45, 1)),
          size * height,
          size * height,
          0,
          lamp);
    }
  }

  private void windows(double x, double top, double w) {
    for (double wy = top + 0.03; wy < 0.95; wy += 0.04) {
      for (double wx = x + 0.015; wx < x + w - 0.02; wx += 0.03) {
        if (draws.chance(0.45)) {
          Color lit = Colours.hsb(draws.between(0.08, 0.15), 0.45, draws.between(0.5, 1));
          box(wx, wy, 0.016, 0.022, lit);
        }
      }
    }
  }

  private Point2D at(double x, double y) {
    return new Point2D.Double(x * height, y * height);
  }

  private void spot(double x, double y, double rx, double ry, Color colour, double alpha) {
    Brush.spot(g, at(x, y), rx * height, ry * height, 0, colour, alpha);
  }

  private void gradient(double top, double bottom, Color from, Color to) {
    boxGradient(-1, top, wide + 2, bottom - top, from, to);
  }

  private void box(double x, double y, double w, double h, Color colour) {
    g.setColor(colour);
    g.fill(rectangle(x, y, w, h));
  }

  private void boxGradient(double x, double y, double w, double h, Color from, Color to) {
    g.setPaint(
        new LinearGradientPaint(
            at(0, y), at(0, y + h), new float[] {0f, 1f}, new Color[] {from, to}));
    g.fill(rectangle(x, y, w, h));
  }

  private Shape rectangle(double x, double y, double w, double h) {
    return new Rectangle2D.Double(x * height, y * height, w * height, h * height);
  }
}
