package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;

/**
 * How like a person one made picture is, by a network that tells people apart: a row of {@code
 * likenesses}.
 */
public record LikenessRow(
    @Column("Key: hash over picture and model") String likenessId,
    @Column("The picture, by its request") String requestId,
    @Column("sha-256 of its RGB pixels") String pixelSha256,
    @Column("Whose picture") String subjectId,
    @Column("The adapter it was made with") String adapterId,
    @Column("Name of the model's folder") String model,
    @Column("Hash of the model's files") String revision,
    @Column("DONE or FAILED") String status,
    @Column("Photos of the adapter's training set that it was held against") int photos,
    @Column(
            value =
                "Cosine of the picture's embedding to the middle of the photos', -1 to 1; null if"
                    + " there is none",
            nullable = true)
        Double likeness,
    @Column(value = "Why there is none", nullable = true, personal = true) String reason,
    @Column("When it was measured, UTC") Instant createdAt,
    @Column("Run that measured it") String runId)
    implements Serializable {

  /** The table {@code likenesses}; a FAILED row may be replaced. */
  public static final TableSpec<LikenessRow> TABLE =
      TableSpec.of("likenesses", LikenessRow.class)
          .key("likeness_id")
          .check("status_known", "status IN ('DONE', 'FAILED')")
          .check("done_has_likeness", "status = 'FAILED' OR likeness IS NOT NULL")
          .check("failed_has_reason", "status = 'DONE' OR reason IS NOT NULL")
          .check("likeness_range", "likeness IS NULL OR (likeness >= -1.001 AND likeness <= 1.001)")
          .statistics(
              "subject_id",
              "likeness_id",
              "request_id",
              "adapter_id",
              "revision",
              "status",
              "likeness",
              "created_at",
              "run_id")
          .clusterBy("subject_id")
          .build();
}
