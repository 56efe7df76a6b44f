package io.atelier.evaluate;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One line every few seconds: how far something is, and how long it will take. */
public final class Pace {
  private static final long EVERY_NANOS = 15_000_000_000L;

  private final Consumer<String> lines;
  private long start;
  private long last;
  private double first = Double.NaN;

  /** A pace that gives its lines to {@code lines}. */
  public Pace(Consumer<String> lines) {
    this.lines = lines;
  }

  /**
   * After {@code done} of {@code all}; the estimate counts from the first call on.
   *
   * @param figures what the line says before the estimate
   */
  public void at(double done, double all, Supplier<String> figures) {
    long now = System.nanoTime();
    if (Double.isNaN(first)) {
      first = done;
      start = now;
      last = now;
    }
    if (now - last < EVERY_NANOS && done < all) {
      return;
    }
    last = now;
    lines.accept(figures.get() + remaining(done, all, now));
  }

  private String remaining(double done, double all, long now) {
    if (done <= first || done >= all) {
      return "";
    }
    double seconds = (now - start) / 1e9 * (all - done) / (done - first);
    Duration left = Duration.ofSeconds(Math.round(seconds));
    return String.format(
        Locale.ROOT,
        ", %d:%02d:%02d left",
        left.toHours(),
        left.toMinutesPart(),
        left.toSecondsPart());
  }
}
