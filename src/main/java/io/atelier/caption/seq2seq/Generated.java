package io.atelier.caption.seq2seq;

/**
 * What a decoder wrote.
 *
 * @param ids tokens, the start token first; the end token last if it came to an end
 * @param score greedy: the sum of the tokens' log probabilities; beams: that sum, divided by the
 *     length to the power of the length penalty
 * @param ended whether it came to an end before the greatest length
 */
record Generated(int[] ids, double score, boolean ended) {}
