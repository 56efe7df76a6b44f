package io.atelier.cli;

import io.atelier.spark.ProgressText;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far a computation of known length is: one line that is drawn over and over on a
 * terminal, one line a step elsewhere.
 */
final class Progress {
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
            ProgressText.duration(perStep * (total - steps)));
    if (terminal) {
      out.print("\r" + ProgressText.bar(steps, total) + "  " + figures + "\u001b[K");
      if (steps == total) {
        out.println();
      }
    } else {
      out.println(figures);
    }
    out.flush();
  }
}
