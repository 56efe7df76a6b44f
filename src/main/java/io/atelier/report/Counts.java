package io.atelier.report;

import java.util.List;

/** How much of the whole lake is left after each stage, and how much of it went wrong. */
public record Counts(
    long photos,
    long accepted,
    long captioned,
    long subjects,
    long trained,
    long pictures,
    long rendered,
    long failures) {

  static Counts of(List<SubjectReport> subjects) {
    long photos = 0;
    long accepted = 0;
    long captioned = 0;
    long trained = 0;
    long pictures = 0;
    long rendered = 0;
    long failures = 0;
    for (SubjectReport subject : subjects) {
      photos += subject.counts().photos();
      accepted += subject.counts().accepted();
      captioned += subject.counts().captioned();
      trained += subject.trained() ? 1 : 0;
      pictures += subject.pictures().size();
      rendered += subject.made();
      failures += Failures.of(subject);
    }
    return new Counts(
        photos, accepted, captioned, subjects.size(), trained, pictures, rendered, failures);
  }
}
