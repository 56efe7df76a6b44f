package io.atelier.report;

import java.util.ArrayList;
import java.util.List;

/** Whatever went wrong, one line each. */
final class Failures {
  /**
   * One failure.
   *
   * @param what what failed
   * @param why the reason
   */
  record Failure(String what, String why) {}

  private final List<Failure> all = new ArrayList<>();

  private Failures() {}

  static Failures of(RunReport run) {
    Failures failures = new Failures();
    for (StageSummary stage : run.stages()) {
      if (stage.status().equals("FAILED")) {
        failures.add("Stage " + stage.stage(), "the stage failed");
      }
    }
    run.subjects().forEach(failures::subject);
    return failures;
  }

  private void subject(SubjectReport subject) {
    long photos = subject.counts().photos();
    if (subject.counts().accepted() == 0) {
      add(
          subject.name(),
          photos == 0
              ? "no photo came in"
              : "none of " + Numbers.count(photos, "photo") + " was accepted");
    }
    AdapterReport adapter = subject.adapter();
    if (adapter != null && adapter.outcome() == Outcome.FAILED) {
      add(subject.name() + ", training", String.valueOf(adapter.reason()));
    }
    for (PictureReport p : subject.pictures()) {
      if (p.outcome() == Outcome.FAILED) {
        String what = subject.name() + ", " + p.pack() + " / " + p.look() + ", seed " + p.seed();
        add(what, String.valueOf(p.reason()));
      }
    }
  }

  private void add(String what, String why) {
    all.add(new Failure(what, why));
  }

  int count() {
    return all.size();
  }

  /** All of them, or the first ones and how many follow. */
  Html section(int limit) {
    if (all.isEmpty()) {
      return Html.NONE;
    }
    int more = Math.max(0, all.size() - limit);
    return Html.of(
        """
        <section id="failures"><h2>Failures <small>{}</small></h2><ul class="failures">{}</ul>{}\
        </section>
        """,
        Numbers.count(all.size()),
        Html.each(
            all.subList(0, all.size() - more),
            f -> Html.of("<li><b>{}</b> <span>{}</span></li>\n", f.what(), f.why())),
        Html.when(
            more > 0,
            Html.of("<p class=\"quiet\">… and {}.</p>", Numbers.count(more, "more failure"))));
  }
}
