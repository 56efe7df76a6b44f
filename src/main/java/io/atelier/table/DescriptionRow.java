package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;

/**
 * What a model said of one picture, kept so that nobody pays for the same answer twice: a row of
 * {@code descriptions}. Two photos with the same bytes share it, as do all trigger tokens.
 */
public record DescriptionRow(
    @Column("Key: hash over picture, captioner, revision, prompt and parameters")
        String descriptionId,
    @Column("sha-256 of the image's bytes") String assetId,
    @Column("Which captioner answered") String captioner,
    @Column("Its model or weights") String revision,
    @Column("What it was asked") String prompt,
    @Column("Everything else that changes the answer, JSON") String parameters,
    @Column(
            "DONE, UNUSABLE (no use as a caption, or the picture is refused) or FAILED (asked again)")
        String status,
    @Column(value = "Why there is no caption", nullable = true, personal = true) String reason,
    @Column(
            value = "The answer, as it came; empty where a picture is refused",
            nullable = true,
            personal = true)
        String text,
    @Column("Whether the answer came to its end") boolean complete,
    @Column(value = "The model by its own account", nullable = true) String model,
    @Column("Tokens read, the picture's included; 0 where nobody counts") long promptTokens,
    @Column("Tokens written") long completionTokens,
    @Column("Cost by the configured prices") double cost,
    @Column("Requests it took; 0 for a model of our own") int requests,
    @Column("Wall time, waits included, seconds") double seconds,
    @Column("When it was written, UTC") Instant createdAt,
    @Column("Run that asked") String runId)
    implements Serializable {

  /** The table {@code descriptions}; a FAILED row may be replaced. */
  public static final TableSpec<DescriptionRow> TABLE =
      TableSpec.of("descriptions", DescriptionRow.class)
          .key("description_id")
          .check("status_known", "status IN ('DONE', 'UNUSABLE', 'FAILED')")
          .check("answer_has_text", "status = 'FAILED' OR text IS NOT NULL")
          .check("no_caption_has_reason", "status = 'DONE' OR reason IS NOT NULL")
          .check("asset_id_form", "length(asset_id) = 64")
          .check("no_negative_cost", "prompt_tokens >= 0 AND completion_tokens >= 0 AND cost >= 0")
          .statistics(
              "asset_id",
              "description_id",
              "captioner",
              "revision",
              "status",
              "created_at",
              "run_id")
          .clusterBy("asset_id")
          .build();
}
