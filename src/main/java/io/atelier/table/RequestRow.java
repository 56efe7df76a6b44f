package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;

/** One image to render, in full: a row of {@code requests}. */
public record RequestRow(
    @Column("Key: hash over training, base checkpoint, prompt, size, steps, guidance and seed")
        String requestId,
    @Column("The order it first belonged to") String batchId,
    @Column("Whose image") String subjectId,
    @Column("The adapter it was first planned for") String adapterId,
    @Column("Style pack, name and version") String pack,
    @Column("Look inside the pack") String look,
    @Column("Hash of the prompt and the negative prompt") String promptId,
    @Column(value = "Prompt with the trigger token", personal = true) String prompt,
    @Column(value = "Negative prompt; null if none", nullable = true, personal = true)
        String negativePrompt,
    @Column("Width, pixels") int width,
    @Column("Height, pixels") int height,
    @Column("Denoising steps") int steps,
    @Column("Distilled guidance; 0 where the model has none") double guidance,
    @Column("True classifier-free guidance; 1 is off") double trueCfg,
    @Column("Seed of the noise") long seed,
    @Column("Hash of the base checkpoint") String baseCheckpoint,
    @Column("When it was planned, UTC") Instant createdAt,
    @Column("Run that planned it") String runId)
    implements Serializable {

  /** The table {@code requests}. */
  public static final TableSpec<RequestRow> TABLE =
      TableSpec.of("requests", RequestRow.class)
          .key("request_id")
          .check("size_range", "width > 0 AND height > 0 AND width % 16 = 0 AND height % 16 = 0")
          .check("steps_range", "steps > 0")
          .check("guidance_range", "guidance >= 0 AND true_cfg >= 1")
          .check("prompt_given", "length(prompt) > 0")
          .statistics(
              "subject_id",
              "request_id",
              "batch_id",
              "adapter_id",
              "pack",
              "look",
              "created_at",
              "run_id")
          .clusterBy("subject_id")
          .build();
}
