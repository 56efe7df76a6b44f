package io.atelier.report;

import io.atelier.image.Rgb;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.TexturePaint;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/** One bitmap for a run: a row a subject, the own photo first, then a column a look. */
public final class ContactSheet {
  private static final int MARGIN = 40;
  private static final int TILE = 224;
  private static final int GAP = 12;
  private static final int APART = 20;
  private static final int HEAD = 112;
  private static final int ROW = TILE + 20;
  private static final int NAMES = 212;
  private static final int ROUND = 16;
  private static final Color GROUND = Color.WHITE;
  private static final Color INK = new Color(0x17181c);
  private static final Color MUTED = new Color(0x6b7280);
  private static final Color EMPTY = new Color(0xf1f2f4);

  static {
    // Only bitmaps are drawn; without this a stray DISPLAY makes Java2D look for a window system.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private final RunReport run;
  private final List<SubjectReport> subjects;
  private final List<LookReport> looks;
  private final BufferedImage sheet;
  private final Graphics2D g;
  private final Lettering text;

  private ContactSheet(RunReport run, ReportLimits limits) {
    this.run = run;
    this.subjects = first(run.subjects(), limits.sheetSubjects());
    this.looks = first(run.looks(), limits.sheetLooks());
    this.sheet = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
    this.g = sheet.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    this.text = new Lettering(g);
  }

  /**
   * Draws the sheet.
   *
   * @return a PNG file; the same for the same input on a machine with the same fonts
   */
  public static byte[] png(RunReport run, ReportLimits limits) {
    return new ContactSheet(run, limits).draw();
  }

  private static <T> List<T> first(List<T> all, int most) {
    return all.subList(0, Math.min(most, all.size()));
  }

  private int width() {
    int columns = Math.max(2, looks.size());
    return 2 * MARGIN + NAMES + TILE + APART + columns * (TILE + GAP) - GAP;
  }

  private int height() {
    return HEAD + Math.max(1, subjects.size()) * ROW + MARGIN + (cut() ? 20 : 0);
  }

  private boolean cut() {
    return subjects.size() < run.counts().subjects() || looks.size() < run.looks().size();
  }

  private byte[] draw() {
    g.setColor(GROUND);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    head();
    for (int i = 0; i < subjects.size(); i++) {
      row(subjects.get(i), HEAD + i * ROW);
    }
    if (subjects.isEmpty()) {
      text.left("This run has no subjects.", MARGIN, HEAD + 40, 600, 18, false, MUTED);
    }
    foot();
    g.dispose();
    return png();
  }

  private void head() {
    int room = sheet.getWidth() - 2 * MARGIN;
    text.left(run.title(), MARGIN, 54, room - 260, 26, true, INK);
    String time = Numbers.time(run.generatedAt());
    text.left(time, sheet.getWidth() - MARGIN - 220, 54, 220, 14, false, MUTED);
    if (!subjects.isEmpty()) {
      text.centre("own photo", MARGIN + NAMES, HEAD - 14, TILE, 16, false, MUTED);
    }
    for (int i = 0; i < looks.size(); i++) {
      text.centre(looks.get(i).look(), column(i), HEAD - 14, TILE, 16, false, MUTED);
    }
  }

  private void row(SubjectReport subject, int y) {
    text.left(subject.name(), MARGIN, y + TILE / 2, NAMES - 20, 20, true, INK);
    text.left(subject.classNoun(), MARGIN, y + TILE / 2 + 24, NAMES - 20, 15, false, MUTED);
    ImageBytes own = subject.portrait().map(PhotoReport::image).orElse(null);
    tile(own, "no accepted photo", MARGIN + NAMES, y);
    for (int i = 0; i < looks.size(); i++) {
      List<PictureReport> pictures = subject.of(looks.get(i));
      if (pictures.isEmpty()) {
        empty("–", column(i), y);
      } else {
        PictureReport best = pictures.get(0);
        ImageBytes image = best.outcome() == Outcome.DONE ? best.image() : null;
        tile(image, best.outcome() == Outcome.FAILED ? "failed" : "not made", column(i), y);
      }
    }
  }

  private int column(int look) {
    return MARGIN + NAMES + TILE + APART + look * (TILE + GAP);
  }

  private void tile(ImageBytes source, String absence, int x, int y) {
    if (source == null) {
      empty(absence, x, y);
      return;
    }
    try {
      picture(Thumbnail.read(source, 4 * TILE), x, y);
    } catch (IOException unreadable) {
      empty("unreadable", x, y);
    }
  }

  /** The middle square of the picture, a little above the middle where faces are. */
  private void picture(Rgb image, int x, int y) {
    int side = Math.min(image.width(), image.height());
    int left = (image.width() - side) / 2;
    int top = (image.height() - side) / 3;
    BufferedImage square = bitmap(image.crop(left, top, side, side).resize(TILE, TILE));
    // As paint, not through a clip: a clip's edge is not antialiased.
    g.setPaint(new TexturePaint(square, new Rectangle(x, y, TILE, TILE)));
    g.fillRoundRect(x, y, TILE, TILE, ROUND, ROUND);
  }

  private static BufferedImage bitmap(Rgb image) {
    BufferedImage bitmap =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = image.bytes();
    for (int i = 0, p = 0; p < rgb.length; i++, p += 3) {
      int colour = (rgb[p] & 0xFF) << 16 | (rgb[p + 1] & 0xFF) << 8 | rgb[p + 2] & 0xFF;
      bitmap.setRGB(i % image.width(), i / image.width(), colour);
    }
    return bitmap;
  }

  private void empty(String why, int x, int y) {
    g.setColor(EMPTY);
    g.fillRoundRect(x, y, TILE, TILE, ROUND, ROUND);
    text.centre(why, x + 8, y + TILE / 2 + 5, TILE - 16, 15, false, MUTED);
  }

  private void foot() {
    if (cut()) {
      String line =
          "%s of %s and %s of %s"
              .formatted(
                  Numbers.count(subjects.size()),
                  Numbers.count(run.counts().subjects(), "subject"),
                  Numbers.count(looks.size()),
                  Numbers.count(run.looks().size(), "look"));
      text.left(line, MARGIN, sheet.getHeight() - 30, 800, 15, false, MUTED);
    }
  }

  private byte[] png() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(sheet, "png", out);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return out.toByteArray();
  }
}
