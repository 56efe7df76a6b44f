package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * Whether the accepted photos of a subject are enough to train on: a row of {@code
 * subject_verdicts}. It changes when photos come.
 */
public record SubjectVerdictRow(
    @Column("Key, part 1: the subject") String subjectId,
    @Column("Key, part 2: rules_version of verdicts, and how many photos are enough")
        String rulesVersion,
    @Column("READY, DEGRADED (trained, with a weaker likeness) or BLOCKED (too few photos)")
        String verdict,
    @Column("Photos that came in") long photos,
    @Column("Photos that were accepted") long accepted,
    @Column("What is wrong or could be better, one sentence each") List<Reason> reasons,
    @Column("Distinct backgrounds of the accepted photos") long backgrounds,
    @Column(
            value = "Accepted photos that show more than the head; null without faces",
            nullable = true)
        Long halfBody,
    @Column(value = "Spread of the heads' turn, degrees; null without landmarks", nullable = true)
        Double poseSpread,
    @Column("When the verdict was first given, UTC") Instant createdAt,
    @Column("When it last changed, UTC") Instant updatedAt,
    @Column("Run that gave it") String runId)
    implements Serializable {

  /** One thing to know about a set of photos. */
  public record Reason(
      @Column("Stable name, e.g. TOO_FEW_PHOTOS, or that of a rule for photos") String code,
      @Column(value = "What was counted", nullable = true) Double value,
      @Column(value = "The number it was held against", nullable = true) Double threshold,
      @Column("The same for a person, one sentence") String sentence)
      implements Serializable {}

  /** The table {@code subject_verdicts}. */
  public static final TableSpec<SubjectVerdictRow> TABLE =
      TableSpec.of("subject_verdicts", SubjectVerdictRow.class)
          .key("subject_id", "rules_version")
          .check("verdict_known", "verdict IN ('READY', 'DEGRADED', 'BLOCKED')")
          .check("counts_fit", "accepted >= 0 AND accepted <= photos")
          .mutable(
              "verdict", "photos", "accepted", "reasons", "backgrounds", "half_body", "pose_spread")
          .statistics("subject_id", "rules_version", "verdict", "created_at", "run_id")
          .clusterBy("subject_id")
          .build();
}
