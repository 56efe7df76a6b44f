package io.atelier.table;

import java.io.Serializable;
import java.time.Instant;
import java.util.Map;

/** One stage of one run, written last: a row of {@code runs}. */
public record RunRow(
    @Column("Key, part 1: the run") String runId,
    @Column("Key, part 2: the stage, e.g. curate") String stage,
    @Column("DONE, PARTIAL (some rows failed) or FAILED") String status,
    @Column(value = "The command line, without secrets", personal = true) String command,
    @Column("Tables read, to their version") Map<String, Long> inputs,
    @Column("Tables written, to the rows inserted or replaced") Map<String, Long> outputs,
    @Column("What was counted, e.g. accepted, refused, failed") Map<String, Long> counts,
    @Column("Hash of the effective settings") String configHash,
    @Column("Version of this program") String codeVersion,
    @Column("Version of Spark") String sparkVersion,
    @Column("UTC") Instant startedAt,
    @Column("UTC") Instant finishedAt,
    @Column("Wall time, seconds") double seconds,
    @Column(value = "The outcome for a person", nullable = true, personal = true) String message,
    @Column(value = "Rules that judged, as in verdicts; null of other stages", nullable = true)
        String rulesVersion)
    implements Serializable {

  /** The table {@code runs}; rows are only added. */
  public static final TableSpec<RunRow> TABLE =
      TableSpec.of("runs", RunRow.class)
          .key("run_id", "stage")
          .check("status_known", "status IN ('DONE', 'PARTIAL', 'FAILED')")
          .check("seconds_range", "seconds >= 0")
          .statistics("run_id", "stage", "status", "started_at", "finished_at")
          .appendOnly()
          .build();
}
