package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * The decision on one input under one version of the rules, with every reason: a row of {@code
 * verdicts}. What was measured is in {@code measurements}. The columns after {@code run_id} came
 * later and are null in older rows.
 */
public record VerdictRow(
    @Column("Key, part 1: the input, as in assets") String inputId,
    @Column("Key, part 2: name and version of the rules") String rulesVersion,
    @Column("Whose photo") String subjectId,
    @Column(value = "sha-256 of the bytes; null if unreadable", nullable = true) String assetId,
    @Column(value = "Which measurements were judged, as in measurements", nullable = true)
        String measurer,
    @Column("ACCEPT or REFUSE") String decision,
    @Column("Every rule that refuses the image; empty if accepted") List<Reason> reasons,
    @Column("Rules that only mark the image; they refuse nothing") List<Reason> warnings,
    @Column(
            value = "input_id of the copy that is kept, if this one is a duplicate",
            nullable = true)
        String dupOf,
    @Column(value = "Width it is trained at, pixels", nullable = true) Integer bucketWidth,
    @Column(value = "Height it is trained at, pixels", nullable = true) Integer bucketHeight,
    @Column(value = "The part of the oriented image that the bucket shows", nullable = true)
        Box crop,
    @Column(
            value = "Square around the largest face; null without one",
            nullable = true,
            personal = true)
        Box square,
    @Column("When the verdict was given, UTC") Instant createdAt,
    @Column("Run that gave it") String runId,
    @Column(
            value =
                "input_id of the best of all that show the same picture, also where dup_of names a"
                    + " copy of a near-duplicate; null for that one itself; as of created_at: a"
                    + " later verdict on that one does not change it",
            nullable = true)
        String dupGroup,
    @Column(
            value =
                "Bits in which the DCT hash differs from that of dup_group; 0 for equal pixels,"
                    + " null where embeddings were compared",
            nullable = true)
        Integer dupBits,
    @Column(
            value = "Cluster of alike images in the run that judged it; null if not compared",
            nullable = true)
        Integer cluster,
    @Column(
            value = "Greatest cosine to a better image of the cluster that is kept",
            nullable = true)
        Double cosine)
    implements Serializable {

  /** One rule that an image breaks or nearly breaks. */
  public record Reason(
      @Column("Stable name of the rule, e.g. BLURRY") String code,
      @Column(value = "What was measured; null where the rule has no number", nullable = true)
          Double value,
      @Column(value = "The limit it was held against", nullable = true) Double threshold,
      @Column("The same for a person, one sentence") String sentence)
      implements Serializable {}

  /** The table {@code verdicts}. */
  public static final TableSpec<VerdictRow> TABLE =
      TableSpec.of("verdicts", VerdictRow.class)
          .key("input_id", "rules_version")
          .check("decision_known", "decision IN ('ACCEPT', 'REFUSE')")
          .check("refusal_has_reasons", "(decision = 'ACCEPT') = (size(reasons) = 0)")
          .check("input_id_form", "length(input_id) = 64")
          .check("asset_id_form", "asset_id IS NULL OR length(asset_id) = 64")
          .check(
              "accepted_is_measured",
              "decision = 'REFUSE' OR (asset_id IS NOT NULL AND bucket_width > 0 AND bucket_height"
                  + " > 0)")
          .statistics("subject_id", "input_id", "rules_version", "decision", "created_at", "run_id")
          .clusterBy("subject_id")
          .changeFeed()
          .build();
}
