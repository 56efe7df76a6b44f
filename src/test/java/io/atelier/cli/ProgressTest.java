package io.atelier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter shown = new StringWriter();
  private final AtomicLong clock = new AtomicLong();

  @Test
  void writesOneLineAStepWhereNothingCanBeDrawnOver() {
    Progress progress = new Progress(new PrintWriter(shown), false, "a.png", 4, clock::get);
    clock.set(2_000_000_000L);
    progress.done(1);
    clock.set(3_000_000_000L);
    progress.done(2);
    assertThat(shown.toString())
        .isEqualTo(
            "a.png  step 1/4  2.00 s/step  6 s left\n"
                + "a.png  step 2/4  1.50 s/step  3 s left\n");
  }

  @Test
  void drawsABarOverItselfOnATerminal() {
    Progress progress = new Progress(new PrintWriter(shown), true, "a.png", 2, clock::get);
    progress.done(1);
    assertThat(shown.toString())
        .isEqualTo(
            "\r["
                + "#".repeat(15)
                + " ".repeat(15)
                + "]  a.png  step 1/2  0.00 s/step  0 s left\u001b[K");
    progress.done(2);
    assertThat(shown.toString()).contains("[" + "#".repeat(30) + "]").endsWith("\n");
  }
}
