package io.atelier.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far a computation of known length is: one line that is drawn over and over on a
 * terminal, one line a step elsewhere.
 */
final class Progress {
  private static final int WIDTH = 30;

  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier nanoClock;
  private final String label;
  private final int total;
  private final long started;

  /**
   * @param out where it is shown
   * @param terminal whether a line can be drawn over
   * @param label what is being done
   * @param total steps in all, at least 1
   */
  Progress(PrintWriter out, boolean terminal, String label, int total) {
    this(out, terminal, label, total, System::nanoTime);
  }

  Progress(PrintWriter out, boolean terminal, String label, int total, LongSupplier nanoClock) {
    this.out = out;
    this.terminal = terminal;
    this.label = label;
    this.total = total;
    this.nanoClock = nanoClock;
    this.started = nanoClock.getAsLong();
  }

  /** Whether this process writes to a terminal. */
  static boolean onTerminal() {
    return System.console() != null;
  }

  /** Shows that so many steps are done. */
  void done(int steps) {
    double perStep = (nanoClock.getAsLong() - started) / 1e9 / Math.max(1, steps);
    String figures =
        String.format(
            Locale.ROOT,
            "%s  step %d/%d  %.2f s/step  %s left",
            label,
            steps,
            total,
            perStep,
            duration(perStep * (total - steps)));
    if (terminal) {
      out.print("\r" + bar(steps) + "  " + figures + "\u001b[K");
      if (steps == total) {
        out.println();
      }
    } else {
      out.println(figures);
    }
    out.flush();
  }

  private String bar(int steps) {
    int filled = (int) ((long) WIDTH * steps / total);
    return "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "]";
  }

  /** A duration as a person reads it: {@code 12 s}, {@code 3 min 04 s}, {@code 2 h 10 min}. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
  }
}
