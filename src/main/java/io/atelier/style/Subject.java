package io.atelier.style;

/**
 * Somebody or something a pack is rendered for.
 *
 * @param subjectId its identity
 * @param trigger the token the adapter was trained on
 * @param className what it is, a noun without an article
 * @param adapterId content hash of the adapter
 * @param trainingId content hash of the training alone, which decides the pixels; adapters that
 *     differ in their contracts share it
 */
public record Subject(
    String subjectId, String trigger, String className, String adapterId, String trainingId) {}
