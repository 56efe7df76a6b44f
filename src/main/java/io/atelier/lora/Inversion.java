package io.atelier.lora;

import java.io.Serializable;
import java.util.List;

/**
 * A word to learn by textual inversion (Gal et al., An Image is Worth One Word, 2022).
 *
 * @param word stands in every caption exactly once
 * @param classNoun what the word means before the first step
 * @param vectors how many vectors stand for the word in each encoder, 1 to 64
 * @param captions the texts of the set's captions, in the set's order
 */
public record Inversion(String word, String classNoun, int vectors, List<String> captions)
    implements Serializable {

  /** Checks the range and copies the list. */
  public Inversion {
    Ranges.check(vectors >= 1 && vectors <= 64, "inversion tokens", vectors, "from 1 to 64");
    captions = List.copyOf(captions);
  }
}
