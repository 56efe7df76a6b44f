package io.atelier.caption.seq2seq;

import java.util.Arrays;

/** The likeliest token at every step, as transformers' {@code generate} without beams. */
final class GreedySearch {
  private GreedySearch() {}

  static Generated run(GenerationConfig config, NextTokens decoder) {
    TokenRules rules = new TokenRules(config);
    int[] ids = {config.startToken()};
    double score = 0;
    boolean ended = false;
    while (!ended && ids.length < config.maxLength()) {
      float[] scores = decoder.after(new int[] {ids[ids.length - 1]}, new int[] {0})[0];
      rules.apply(ids, scores);
      int best = 0;
      for (int token = 1; token < scores.length; token++) {
        best = scores[token] > scores[best] ? token : best;
      }
      score += TokenRules.logSoftmax(scores)[best];
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = best;
      ended = config.endTokens().contains(best);
    }
    return new Generated(ids, score, ended);
  }
}
