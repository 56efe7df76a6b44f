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
  private long unseen;

  private Failures() {}

  static Failures of(RunReport run) {
    Failures failures = new Failures();
    for (StageSummary stage : run.stages()) {
      if (stage.status().equals("FAILED")) {
        failures.add("Stage " + stage.stage(), "the stage failed");
      }
    }
    int stages = failures.all.size();
    run.subjects().forEach(failures::subject);
    failures.unseen = Math.max(0, run.counts().failures() + stages - failures.all.size());
    return failures;
  }

  /** How much of one subject went wrong. */
  static int of(SubjectReport subject) {
    Failures failures = new Failures();
    failures.subject(subject);
    return failures.all.size();
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

  /** Of all subjects, shown or not. */
  long count() {
    return all.size() + unseen;
  }

  /** All of them, or the first ones and how many follow. */
  Html section(int limit) {
    if (count() == 0) {
      return Html.NONE;
    }
    int listed = Math.min(limit, all.size());
    long more = count() - listed;
    return Html.of(
        """
        <section id="failures"><h2>Failures <small>{}</small></h2><ul class="failures">{}</ul>{}\
        </section>
        """,
        Numbers.count(count()),
        Html.each(
            all.subList(0, listed),
            f -> Html.of("<li><b>{}</b> <span>{}</span></li>\n", f.what(), f.why())),
        Html.when(
            more > 0,
            Html.of("<p class=\"quiet\">… and {}.</p>", Numbers.count(more, "more failure"))));
  }
}
