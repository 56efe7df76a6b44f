package io.atelier.sample;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.LinearGradientPaint;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Point2D;
import java.awt.image.BufferedImage;

/**
 * A picture to draw on with antialiased fills, lines and soft spots. A layer is a transparent
 * canvas: a shape is filled, {@link #mask()} restricts all later strokes to what is already there,
 * and the layer is drawn onto the canvas below. That is a clip with an antialiased edge.
 */
final class Canvas {
  private static final float[] FALL_OFF_AT = {0f, 0.25f, 0.5f, 0.75f, 1f};
  private static final double[] FALL_OFF = {1, 0.82, 0.42, 0.11, 0};

  private final BufferedImage image;
  private final Graphics2D g;

  private Canvas(BufferedImage image) {
    this.image = image;
    this.g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
  }

  /** An opaque canvas, black at first. */
  static Canvas opaque(int width, int height) {
    return new Canvas(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB));
  }

  /** An opaque canvas that begins with a picture, twice as wide and high. */
  static Canvas twice(BufferedImage picture) {
    Canvas canvas = opaque(2 * picture.getWidth(), 2 * picture.getHeight());
    canvas.g.drawImage(picture, 0, 0, canvas.width(), canvas.height(), null);
    return canvas;
  }

  /** A transparent canvas of the same size. */
  Canvas layer() {
    return new Canvas(new BufferedImage(width(), height(), BufferedImage.TYPE_INT_ARGB_PRE));
  }

  int width() {
    return image.getWidth();
  }

  int height() {
    return image.getHeight();
  }

  BufferedImage image() {
    return image;
  }

  /** From now on only what is already painted takes colour. */
  void mask() {
    g.setComposite(AlphaComposite.SrcAtop);
  }

  /** Puts a layer on top. */
  void draw(Canvas layer) {
    g.drawImage(layer.image, 0, 0, null);
    layer.g.dispose();
  }

  void fill(Shape shape, Color colour) {
    g.setPaint(colour);
    g.fill(shape);
  }

  /** A fill whose colour changes evenly from one point to another. */
  void fill(Shape shape, Point2D from, Point2D to, Color... colours) {
    float[] stops = new float[colours.length];
    for (int i = 0; i < stops.length; i++) {
      stops[i] = (float) i / (stops.length - 1);
    }
    g.setPaint(new LinearGradientPaint(from, to, stops, colours));
    g.fill(shape);
  }

  void ellipse(Point2D centre, double rx, double ry, double angle, Color colour) {
    fill(Shapes.ellipse(centre, rx, ry, angle), colour);
  }

  /** An ellipse that fades out towards its edge like a bell. */
  void spot(Point2D centre, double rx, double ry, double angle, Color colour, double alpha) {
    Color[] colours = new Color[FALL_OFF.length];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = Colours.alpha(colour, alpha * FALL_OFF[i]);
    }
    disc(centre, rx, ry, angle, FALL_OFF_AT, colours);
  }

  /** An ellipse with a radial gradient of the given colours. */
  void disc(Point2D centre, double rx, double ry, double angle, float[] stops, Color[] colours) {
    g.setPaint(
        new RadialGradientPaint(
            new Point2D.Double(),
            1f,
            new Point2D.Double(),
            stops,
            colours,
            RadialGradientPaint.CycleMethod.NO_CYCLE,
            RadialGradientPaint.ColorSpaceType.SRGB,
            Shapes.placed(centre, rx, ry, angle)));
    g.fill(Shapes.ellipse(centre, rx, ry, angle));
  }

  /** A line with round ends. */
  void line(Shape shape, double width, Color colour) {
    g.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.setPaint(colour);
    g.draw(shape);
  }

  /** A line that fades out to both sides. */
  void softLine(Shape shape, double width, Color colour, double alpha) {
    int passes = 3;
    double each = 1 - StrictMath.pow(1 - Math.min(0.98, alpha), 1.0 / passes);
    for (int i = 1; i <= passes; i++) {
      line(shape, width * i / passes, Colours.alpha(colour, each));
    }
  }
}
