package io.atelier.caption.seq2seq;

/** A decoder in the middle of some sequences. */
interface NextTokens {

  /**
   * Appends one token to each sequence and tells what may follow.
   *
   * @param tokens one a sequence
   * @param parents for each sequence, which of those before the call it goes on from
   * @return logits of the next token, by sequence
   */
  float[][] after(int[] tokens, int[] parents);
}
