package io.atelier.worker;

import java.io.Serializable;

/**
 * A distinct prompt, encoded once whatever the number of images that use it.
 *
 * @param embeddingId hash over the text, the checkpoint, the T5 length, the precision and the
 *     adapter if it changes the embedding
 * @param word the learned word that stands in the text; null for none
 * @param wordUri file with the word's vectors, relative to the lake's root; null for none
 * @param wordSha256 of that file; null for none
 */
public record PromptToEncode(
    String embeddingId, String text, String word, String wordUri, String wordSha256)
    implements Serializable {

  /** A prompt without a learned word. */
  public static PromptToEncode of(String text, ModelSpec model) {
    return new PromptToEncode(model.embeddingId(text), text, null, null, null);
  }
}
