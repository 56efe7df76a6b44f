package io.atelier.pretrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A unigram vocabulary for T5 (Kudo, Subword Regularization, 2018) over the words of some captions:
 * every word a piece with the logarithm of its frequency, and single characters for all others.
 */
record T5Vocabulary(List<Piece> pieces) {
  private static final String SPACE = "▁";
  private static final double RARE = -14;

  /** A piece and its score. */
  record Piece(String text, double score) {}

  /** The vocabulary of these captions. */
  static T5Vocabulary of(List<String> captions) {
    Map<String, Long> words = new TreeMap<>();
    for (String caption : captions) {
      for (String word : caption.replaceAll("[,.]", "").split("\\s+")) {
        words.merge(SPACE + word, 1L, Long::sum);
      }
    }
    double all = words.values().stream().mapToLong(Long::longValue).sum();
    List<Piece> pieces = new ArrayList<>();
    for (String special : List.of("<pad>", "</s>", "<unk>")) {
      pieces.add(new Piece(special, 0));
    }
    words.forEach((word, count) -> pieces.add(new Piece(word, Math.log(count / all))));
    pieces.add(new Piece(SPACE, RARE));
    for (char c = '!'; c <= '~'; c++) {
      pieces.add(new Piece(Character.toString(c), RARE));
    }
    return new T5Vocabulary(List.copyOf(pieces));
  }
}
