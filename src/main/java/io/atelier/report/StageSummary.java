package io.atelier.report;

/**
 * One stage of the run.
 *
 * @param status DONE, PARTIAL or FAILED
 * @param rowsIn rows it had to work on
 * @param rowsOut rows it wrote
 * @param seconds wall time
 */
public record StageSummary(
    String stage, String status, long rowsIn, long rowsOut, double seconds) {}
