package io.atelier.report;

/**
 * One reason of a verdict.
 *
 * @param code stable name, e.g. {@code BLURRY}
 * @param sentence the same for a person
 * @param value what was measured; null where the rule has no number
 * @param threshold the limit it was held against; null where there is none
 */
public record ReasonReport(String code, String sentence, Double value, Double threshold) {}
