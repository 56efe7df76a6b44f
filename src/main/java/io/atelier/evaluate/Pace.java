package io.atelier.evaluate;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** One line every few seconds: how far, and how long it will take. */
final class Pace {
  private static final long EVERY_NANOS = 15_000_000_000L;

  private final String name;
  private final int all;
  private final Consumer<String> lines;
  private long start;
  private long last;
  private double first = Double.NaN;

  Pace(String name, int all, Consumer<String> lines) {
    this.name = name;
    this.all = all;
    this.lines = lines;
  }

  /** After so many, or parts of one; the estimate counts from the first call on. */
  void at(double done) {
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
    String left = "";
    if (done > first && done < all) {
      Duration rest = Duration.ofNanos((long) ((now - start) * (all - done) / (done - first)));
      left =
          String.format(
              Locale.ROOT,
              ", %d:%02d:%02d left",
              rest.toHours(),
              rest.toMinutesPart(),
              rest.toSecondsPart());
    }
    lines.accept(String.format(Locale.ROOT, "%s %.1f of %d%s", name, done, all, left));
  }
}
