package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;

/** The image made for one request, or why there is none: a row of {@code generations}. */
public record GenerationRow(
    @Column("Key: the request") String requestId,
    @Column("Whose image") String subjectId,
    @Column("The adapter, and with it the consent, it was made under") String adapterId,
    @Column("DONE or FAILED") String status,
    @Column(value = "Why it failed or was not allowed", nullable = true, personal = true)
        String reason,
    @Column(value = "PNG, relative to the lake's root; null if failed", nullable = true) String uri,
    @Column(value = "sha-256 of the PNG file", nullable = true) String sha256,
    @Column(value = "sha-256 of the RGB pixels", nullable = true) String pixelSha256,
    @Column(value = "Size of the file in bytes", nullable = true) Long bytes,
    @Column(value = "Width, pixels", nullable = true) Integer width,
    @Column(value = "Height, pixels", nullable = true) Integer height,
    @Column("Where it was made: cpu or cuda:N") String device,
    @Column("float32 or bfloat16") String precision,
    @Column("The order it was made for") String batchId,
    @Column("Its share of the batch's wall time, seconds") double seconds,
    @Column("When it was made, UTC") Instant createdAt,
    @Column("Run that made it") String runId)
    implements Serializable {

  /** The table {@code generations}; a FAILED row may be replaced. */
  public static final TableSpec<GenerationRow> TABLE =
      TableSpec.of("generations", GenerationRow.class)
          .key("request_id")
          .check("status_known", "status IN ('DONE', 'FAILED')")
          .check(
              "done_has_file",
              "status = 'FAILED' OR (uri IS NOT NULL AND sha256 IS NOT NULL AND pixel_sha256 IS NOT NULL"
                  + " AND bytes > 0 AND width > 0 AND height > 0)")
          .check("failed_has_reason", "status = 'DONE' OR reason IS NOT NULL")
          .check("sha256_form", "sha256 IS NULL OR length(sha256) = 64")
          .statistics(
              "subject_id",
              "request_id",
              "adapter_id",
              "status",
              "batch_id",
              "created_at",
              "run_id")
          .clusterBy("subject_id")
          .build();
}
