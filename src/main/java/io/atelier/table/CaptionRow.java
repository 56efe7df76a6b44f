package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;

/** The description of one accepted image: a row of {@code captions}. */
public record CaptionRow(
    @Column("Key: hash over input, captioner, its revision, trigger token and class noun")
        String captionId,
    @Column("The image, as in assets and verdicts") String inputId,
    @Column("Whose image") String subjectId,
    @Column("sha-256 of the image's bytes") String assetId,
    @Column("Which captioner wrote it") String captioner,
    @Column("Version of the captioner and its settings") String revision,
    @Column(value = "As the captioner wrote it", personal = true) String caption,
    @Column(value = "With the trigger token put in; what training reads", personal = true)
        String text,
    @Column(value = "The trigger token at that time", personal = true) String triggerToken,
    @Column(value = "The class noun at that time", personal = true) String classNoun,
    @Column("When it was written, UTC") Instant createdAt,
    @Column("Run that wrote it") String runId)
    implements Serializable {

  /** The table {@code captions}. */
  public static final TableSpec<CaptionRow> TABLE =
      TableSpec.of("captions", CaptionRow.class)
          .key("caption_id")
          .check("trigger_token_form", "trigger_token RLIKE '^[a-z0-9_]{3,32}$'")
          .check(
              "trigger_token_in_text",
              "text RLIKE concat('(^|[^A-Za-z0-9_])', trigger_token, '([^A-Za-z0-9_]|$)')")
          .check("asset_id_form", "length(asset_id) = 64")
          .statistics(
              "subject_id",
              "caption_id",
              "input_id",
              "captioner",
              "revision",
              "created_at",
              "run_id")
          .clusterBy("subject_id")
          .build();
}
