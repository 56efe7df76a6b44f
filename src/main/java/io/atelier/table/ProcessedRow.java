package io.atelier.table;

import java.time.Instant;

/**
 * How far a stage has come with a table that it reads: a row of {@code processed}. Written after
 * the results are, so that a killed run looks at some rows again and leaves none out.
 */
public record ProcessedRow(
    @Column("Key, part 1: the stage, e.g. curate") String stage,
    @Column("Key, part 2: what its results depend on besides, e.g. the version of the rules")
        String variant,
    @Column("Key, part 3: the table it reads, e.g. assets") String source,
    @Column("Delta's id of that table; a table that was made anew has another") String tableId,
    @Column("The version up to which all rows of that table have their results") long version,
    @Column("When the stage first came to an end, UTC") Instant createdAt,
    @Column("When the version last changed, UTC") Instant updatedAt,
    @Column("Run that wrote this row last") String runId) {

  /** The table {@code processed}. */
  public static final TableSpec<ProcessedRow> TABLE =
      TableSpec.of("processed", ProcessedRow.class)
          .key("stage", "variant", "source")
          .mutable("table_id", "version")
          .check("version_range", "version >= 0")
          .statistics("stage", "variant", "source", "version", "updated_at", "run_id")
          .build();
}
