package io.atelier.report;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything a report shows.
 *
 * @param generatedAt printed on the page; the only time a report knows
 * @param looks the columns of the contact sheet, in order; looks that only the pictures name follow
 * @param subjects in the order of the page; of very many some
 * @param counts of all subjects
 * @param stages in the order they ran
 */
public record RunReport(
    String title,
    Instant generatedAt,
    RunFacts facts,
    List<LookReport> looks,
    List<SubjectReport> subjects,
    Counts counts,
    List<StageSummary> stages) {

  /** Copies the lists. */
  public RunReport {
    subjects = List.copyOf(subjects);
    stages = List.copyOf(stages);
    looks = columns(looks, subjects);
  }

  /** With all subjects. */
  public RunReport(
      String title,
      Instant generatedAt,
      RunFacts facts,
      List<LookReport> looks,
      List<SubjectReport> subjects,
      List<StageSummary> stages) {
    this(title, generatedAt, facts, looks, subjects, Counts.of(subjects), stages);
  }

  /** The same with counts of more subjects than these. */
  public RunReport with(Counts all) {
    return new RunReport(title, generatedAt, facts, looks, subjects, all, stages);
  }

  private static List<LookReport> columns(List<LookReport> named, List<SubjectReport> subjects) {
    Set<LookReport> all = new LinkedHashSet<>(named);
    for (SubjectReport subject : subjects) {
      subject.pictures().forEach(p -> all.add(new LookReport(p.pack(), p.look())));
    }
    return List.copyOf(all);
  }
}
