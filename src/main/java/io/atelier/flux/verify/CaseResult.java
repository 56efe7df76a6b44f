package io.atelier.flux.verify;

/**
 * The outcome of one case.
 *
 * @param file name of the case file
 * @param kind its kind
 * @param maxAbsError largest absolute difference over all recorded tensors but bytes
 * @param relativeError largest difference of a tensor relative to its largest recorded value
 * @param pass whether everything was within tolerance and nothing was left over
 * @param detail why it failed, or empty
 */
public record CaseResult(
    String file,
    String kind,
    double maxAbsError,
    double relativeError,
    boolean pass,
    String detail) {}
