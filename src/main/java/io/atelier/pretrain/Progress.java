package io.atelier.pretrain;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** One line every few seconds: what, how far, the loss, and how long it will take. */
final class Progress {
  private static final long EVERY_NANOS = 15_000_000_000L;

  private final String name;
  private final Consumer<String> lines;
  private long start;
  private long last;
  private long first = -1;

  Progress(String name, Consumer<String> lines) {
    this.name = name;
    this.lines = lines;
  }

  /** After {@code done} of {@code all} units; {@code loss} is not a number where there is none. */
  void at(long done, long all, double loss) {
    long now = System.nanoTime();
    if (first < 0) {
      first = done;
      start = now;
      last = now;
    }
    if (now - last < EVERY_NANOS && done < all) {
      return;
    }
    last = now;
    String text = String.format(Locale.ROOT, "%s %d of %d", name, done, all);
    String with = Double.isNaN(loss) ? "" : String.format(Locale.ROOT, ", loss %.4f", loss);
    lines.accept(text + with + remaining(done, all, now));
  }

  private String remaining(long done, long all, long now) {
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
