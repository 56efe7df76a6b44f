package io.atelier.caption.seq2seq;

import java.util.Arrays;

/** transformers' logits processors: which tokens may follow a sequence. */
final class TokenRules {
  private final GenerationConfig config;

  TokenRules(GenerationConfig config) {
    this.config = config;
  }

  /** Sets the scores of tokens that may not follow to minus infinity, in transformers' order. */
  void apply(int[] sequence, float[] scores) {
    forbidRepeatedNgrams(sequence, scores);
    if (sequence.length < config.minLength()) {
      config.endTokens().forEach(token -> scores[token] = Float.NEGATIVE_INFINITY);
    }
    if (sequence.length == 1 && config.firstToken().isPresent()) {
      force(config.firstToken().getAsInt(), scores);
    }
    if (sequence.length == config.maxLength() - 1 && config.lastToken().isPresent()) {
      force(config.lastToken().getAsInt(), scores);
    }
  }

  private static void force(int token, float[] scores) {
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    scores[token] = 0;
  }

  private void forbidRepeatedNgrams(int[] sequence, float[] scores) {
    int n = config.noRepeatNgram();
    if (n == 0 || sequence.length + 1 < n) {
      return;
    }
    int tail = sequence.length - (n - 1);
    for (int from = 0; from + n <= sequence.length; from++) {
      if (Arrays.equals(sequence, from, from + n - 1, sequence, tail, sequence.length)) {
        scores[sequence[from + n - 1]] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Log probabilities of logits. */
  static float[] logSoftmax(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - max);
    }
    double shift = max + Math.log(sum);
    float[] result = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      result[i] = (float) (logits[i] - shift);
    }
    return result;
  }
}
