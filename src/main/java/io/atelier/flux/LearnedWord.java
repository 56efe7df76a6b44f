package io.atelier.flux;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;

/**
 * A word that stands for learned vectors instead of tokens of the vocabulary (Gal et al., An Image
 * is Worth One Word, 2022). The tensors belong to whoever made them and may carry a graph.
 *
 * @param word the word as it stands in prompts
 * @param clip the vectors that CLIP reads in its place, [n, width of CLIP]
 * @param t5 the vectors that T5 reads in its place, [n, width of T5]
 */
public record LearnedWord(String word, Tensor clip, Tensor t5) {

  /** Whether a prompt has the word at least once, as a whole word in any case. */
  public boolean isIn(String prompt) {
    return pattern(word).matcher(prompt).find();
  }

  /**
   * Refuses a prompt that does not have the word exactly once.
   *
   * @throws AtelierException BAD_INPUT
   */
  public void requireIn(String prompt) {
    find(word, prompt);
  }

  static MatchResult find(String word, String prompt) {
    List<MatchResult> found = pattern(word).matcher(prompt).results().toList();
    if (found.size() != 1) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "the prompt \""
              + prompt
              + "\" has the learned word '"
              + word
              + "' "
              + found.size()
              + " times, but must have it exactly once; change the prompt");
    }
    return found.get(0);
  }

  /** Letters outside ASCII end a word, as they do where triggers are put into captions. */
  private static Pattern pattern(String word) {
    return Pattern.compile(
        "(?<![A-Za-z0-9_])" + Pattern.quote(word) + "(?![A-Za-z0-9_])", Pattern.CASE_INSENSITIVE);
  }
}
