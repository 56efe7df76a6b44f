package io.atelier.report;

/**
 * What everything in the report was made with; null where it is not known.
 *
 * @param runId the run
 * @param checkpoint name of the base checkpoint
 * @param checkpointHash its hash; the page shows the first 12 characters
 * @param codeVersion version of this program
 * @param lake root of all tables and files
 * @param precision float32 or bfloat16
 * @param device cpu or cuda:N
 */
public record RunFacts(
    String runId,
    String checkpoint,
    String checkpointHash,
    String codeVersion,
    String lake,
    String precision,
    String device) {}
