package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * What a model says of one content in numbers: a row of {@code predictions}. What is there is not
 * computed again, whatever rules or other models change.
 */
public record PredictionRow(
    @Column("Key, part 1: sha-256 of the bytes, as in assets") String assetId,
    @Column("Key, part 2: kind and version of the model, e.g. aesthetic:3f2a90c417be") String model,
    @Column("EMBEDDING, AESTHETIC or UNSAFE") String kind,
    @Column("DONE, or FAILED if there is no number") String status,
    @Column(value = "Why there is none", nullable = true) String reason,
    @Column(
            value = "What the picture shows, as a vector of length 1; null for scores",
            nullable = true,
            personal = true)
        List<Float> embedding,
    @Column(
            value =
                "The aesthetic score as the model gives it, or a probability; null for embeddings",
            nullable = true)
        Double score,
    @Column("When it was computed, UTC") Instant createdAt,
    @Column("Run that computed it") String runId)
    implements Serializable {

  /** The table {@code predictions}; a FAILED row may be replaced. */
  public static final TableSpec<PredictionRow> TABLE =
      TableSpec.of("predictions", PredictionRow.class)
          .key("asset_id", "model")
          .check("asset_id_form", "length(asset_id) = 64")
          .check("kind_known", "kind IN ('EMBEDDING', 'AESTHETIC', 'UNSAFE')")
          .check("status_known", "status IN ('DONE', 'FAILED')")
          .check("failure_has_reason", "(status = 'FAILED') = (reason IS NOT NULL)")
          .check(
              "done_has_value", "(status = 'DONE') = (embedding IS NOT NULL OR score IS NOT NULL)")
          .statistics("asset_id", "model", "kind", "status", "created_at", "run_id")
          .clusterBy("asset_id")
          .build();
}
