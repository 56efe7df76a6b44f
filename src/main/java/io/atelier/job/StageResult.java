package io.atelier.job;

import java.util.Map;

/**
 * What a stage did.
 *
 * @param stage the stage, e.g. {@code curate}
 * @param outputs tables written, to the rows inserted or replaced
 * @param counts what was counted, e.g. {@code accepted}; {@code total} and {@code failed} decide
 *     whether the run failed too often
 * @param message the outcome for a person, one sentence
 * @param rulesVersion the rules that judged; null where nothing is judged
 */
public record StageResult(
    String stage,
    Map<String, Long> outputs,
    Map<String, Long> counts,
    String message,
    String rulesVersion) {

  /** Of a stage that judges nothing. */
  public StageResult(
      String stage, Map<String, Long> outputs, Map<String, Long> counts, String message) {
    this(stage, outputs, counts, message, null);
  }

  /** Rows that failed though their input was good. */
  public long failed() {
    return counts.getOrDefault("failed", 0L);
  }

  /** Rows the stage was to make. */
  public long total() {
    return counts.getOrDefault("total", 0L);
  }
}
