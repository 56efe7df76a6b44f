package io.atelier.worker;

import java.io.Serializable;

/**
 * A distinct prompt, encoded once whatever the number of images that use it.
 *
 * @param embeddingId hash over the text, the checkpoint, the T5 length and the precision
 */
public record PromptToEncode(String embeddingId, String text) implements Serializable {}
