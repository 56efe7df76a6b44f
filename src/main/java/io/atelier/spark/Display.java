package io.atelier.spark;

import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;

/**
 * Where progress is shown.
 *
 * @param out the terminal or log
 * @param terminal whether a line can be drawn over
 * @param interval the shortest time between two prints
 */
public record Display(PrintWriter out, boolean terminal, Duration interval) {

  /** A terminal, drawn four times a second; anything else gets a line every ten seconds. */
  public static Display on(PrintWriter out, boolean terminal) {
    return new Display(out, terminal, terminal ? Duration.ofMillis(250) : Duration.ofSeconds(10));
  }

  /** Shows nothing. */
  public static Display quiet() {
    return new Display(new PrintWriter(Writer.nullWriter()), false, Duration.ofMinutes(1));
  }
}
