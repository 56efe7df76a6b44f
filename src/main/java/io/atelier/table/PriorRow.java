package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;

/** Class samples for prior preservation, shared by all subjects of a class noun. */
public record PriorRow(
    @Column("Key: hash over caption, form, sizes, sampling settings and base checkpoint")
        String priorId,
    @Column("The class noun") String classNoun,
    @Column("What the samples were made with and are trained on") String caption,
    @Column("images or teacher") String form,
    @Column("Number of samples") int samples,
    @Column("Denoising steps of a sample") int steps,
    @Column("Guidance the samples were made with") double guidance,
    @Column("Side of a sample, pixels") int resolution,
    @Column("Hash of the base checkpoint") String baseCheckpoint,
    @Column("File, relative to the lake's root") String uri,
    @Column("sha-256 of the file") String sha256,
    @Column("Size of the file in bytes") long bytes,
    @Column("When it was made, UTC") Instant createdAt,
    @Column("Run that made it") String runId)
    implements Serializable {

  /** The table {@code priors}; samples that were made again may have other last bits. */
  public static final TableSpec<PriorRow> TABLE =
      TableSpec.of("priors", PriorRow.class)
          .key("prior_id")
          .mutable("sha256", "bytes")
          .check("form_known", "form IN ('images', 'teacher')")
          .check("sha256_form", "length(sha256) = 64")
          .check("numbers_range", "samples > 0 AND steps > 0 AND resolution > 0 AND bytes > 0")
          .statistics("prior_id", "form", "base_checkpoint", "created_at", "run_id")
          .build();
}
