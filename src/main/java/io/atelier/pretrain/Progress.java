package io.atelier.pretrain;

import io.atelier.evaluate.Pace;
import java.util.Locale;
import java.util.function.Consumer;

/** One line every few seconds: what, how far, the loss, and how long it will take. */
final class Progress {
  private final String name;
  private final Pace pace;

  Progress(String name, Consumer<String> lines) {
    this.name = name;
    this.pace = new Pace(lines);
  }

  /** After {@code done} of {@code all} units; {@code loss} is not a number where there is none. */
  void at(long done, long all, double loss) {
    pace.at(done, all, () -> figures(done, all, loss));
  }

  private String figures(long done, long all, double loss) {
    String text = String.format(Locale.ROOT, "%s %d of %d", name, done, all);
    return Double.isNaN(loss) ? text : text + String.format(Locale.ROOT, ", loss %.4f", loss);
  }
}
