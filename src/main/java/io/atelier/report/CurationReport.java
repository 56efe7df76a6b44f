package io.atelier.report;

import java.time.Instant;
import java.util.List;

/**
 * Everything the page on curation shows. Lists may be cut; the numbers beside them say of how many.
 *
 * @param rules name and version of the rules that judged
 * @param photos photos that were judged
 * @param accepted those that were accepted
 * @param refusals what refused photos, the most frequent first
 * @param marks what only marked photos
 * @param histograms one for each measurement
 * @param verdicts verdicts on subjects with their numbers
 * @param subjects cards, blocked ones first
 * @param refused refused photos that repeat no other
 * @param groups near-duplicates, the largest group first
 * @param groupCount how many groups there are
 */
public record CurationReport(
    String title,
    Instant generatedAt,
    String rules,
    long photos,
    long accepted,
    List<Cause> refusals,
    List<Cause> marks,
    List<Histogram> histograms,
    List<Tally> verdicts,
    List<SubjectSet> subjects,
    List<RefusedPhoto> refused,
    List<Group> groups,
    long groupCount) {

  /**
   * What a rule did.
   *
   * @param photos photos it applies to
   * @param alone those it refuses and no other rule does
   * @param example a sentence it gave
   */
  public record Cause(String code, long photos, long alone, String example) {}

  /** How many subjects have a verdict. */
  public record Tally(String verdict, long subjects) {}

  /**
   * A subject's photos as a set.
   *
   * @param verdict READY, DEGRADED or BLOCKED
   * @param reasons one sentence each
   */
  public record SubjectSet(
      String name, String verdict, long photos, long accepted, List<String> reasons) {
    /** Copies the list. */
    public SubjectSet {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * A refused photo, listed under its first reason.
   *
   * @param subject whose photo
   */
  public record RefusedPhoto(String subject, PhotoReport photo) {
    String code() {
      return photo.reasons().get(0).code();
    }
  }

  /**
   * Photos that repeat one another.
   *
   * @param kept the one that is kept
   * @param copies those that were refused for it; perhaps not all
   * @param size how many were refused for it
   */
  public record Group(String subject, PhotoReport kept, List<PhotoReport> copies, long size) {
    /** Copies the list. */
    public Group {
      copies = List.copyOf(copies);
    }
  }

  /** Copies the lists. */
  public CurationReport {
    refusals = List.copyOf(refusals);
    marks = List.copyOf(marks);
    histograms = List.copyOf(histograms);
    verdicts = List.copyOf(verdicts);
    subjects = List.copyOf(subjects);
    refused = List.copyOf(refused);
    groups = List.copyOf(groups);
  }

  long subjectCount() {
    return verdicts.stream().mapToLong(Tally::subjects).sum();
  }
}
