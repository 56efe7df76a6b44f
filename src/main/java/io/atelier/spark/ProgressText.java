package io.atelier.spark;

import java.util.Locale;

/** The words and the bar of a progress display. */
public final class ProgressText {
  private static final int WIDTH = 30;

  private ProgressText() {}

  /** E.g. {@code Training 12/200 steps 6 % 1 min 05 s left}. */
  static String figures(String label, String units, long done, long total, double seconds) {
    String figures =
        String.format(
            Locale.ROOT, "%s  %d/%d %s  %d %%", label, done, total, units, percent(done, total));
    if (done >= total) {
      return figures + "  in " + duration(seconds);
    }
    return done == 0
        ? figures
        : figures + "  " + duration(seconds / done * (total - done)) + " left";
  }

  /** E.g. {@code [###### ]}. */
  public static String bar(long done, long total) {
    int filled = (int) (WIDTH * percent(done, total) / 100);
    return "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "]";
  }

  /** A duration as a person reads it: {@code 12 s}, {@code 3 min 04 s}, {@code 2 h 10 min}. */
  public static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  private static long percent(long done, long total) {
    return total == 0 ? 100 : 100 * done / total;
  }
}
