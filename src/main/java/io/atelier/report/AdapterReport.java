package io.atelier.report;

/**
 * The training of one subject.
 *
 * @param reason why it failed; null if it did not
 * @param steps optimiser steps
 * @param rank rank of the low-rank update
 * @param firstLoss loss of the first step, null if there is none
 * @param finalLoss loss of the last step, null if there is none
 * @param seconds wall time
 */
public record AdapterReport(
    String id,
    Outcome outcome,
    String reason,
    int steps,
    int rank,
    Double firstLoss,
    Double finalLoss,
    double seconds) {}
