package io.atelier.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/**
 * Text on a bitmap, cut to the room it has. A machine without fonts, which a small container often
 * is, draws no text instead of failing.
 */
final class Lettering {
  private static final boolean FONTS = fonts();

  private final Graphics2D g;

  Lettering(Graphics2D g) {
    this.g = g;
  }

  /**
   * Java2D finds out about missing fonts only when it first needs one, and then throws an error.
   */
  private static boolean fonts() {
    Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      return g.getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12)).stringWidth("a") > 0;
    } catch (RuntimeException | LinkageError | InternalError missing) {
      return false;
    } finally {
      g.dispose();
    }
  }

  /** A line whose baseline starts at x, y. */
  void left(String text, int x, int y, int room, int size, boolean bold, Color colour) {
    draw(text, x, y, room, size, bold, colour, false);
  }

  /** A line in the middle of the room that starts at x. */
  void centre(String text, int x, int y, int room, int size, boolean bold, Color colour) {
    draw(text, x, y, room, size, bold, colour, true);
  }

  private void draw(
      String text, int x, int y, int room, int size, boolean bold, Color colour, boolean middle) {
    if (!FONTS) {
      return;
    }
    g.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size));
    g.setColor(colour);
    FontMetrics metrics = g.getFontMetrics();
    String cut = cut(text.replaceAll("\\p{C}", " ").strip(), metrics, room);
    g.drawString(cut, middle ? x + (room - metrics.stringWidth(cut)) / 2 : x, y);
  }

  private static String cut(String text, FontMetrics metrics, int room) {
    if (metrics.stringWidth(text) <= room) {
      return text;
    }
    int end = text.length();
    while (end > 0 && metrics.stringWidth(text.substring(0, end).strip() + "…") > room) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end).strip() + "…";
  }
}
