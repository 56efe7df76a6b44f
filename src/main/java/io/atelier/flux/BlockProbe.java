package io.atelier.flux;

import org.bytedeco.pytorch.Tensor;

/** Sees the token stream between the blocks of a {@link FluxTransformer}. */
public interface BlockProbe {
  /** Sees nothing and costs nothing. */
  BlockProbe NONE = (block, tokens) -> {};

  /**
   * Called after each block.
   *
   * @param block {@code double0}, {@code double1}, ... then {@code single0}, ...
   * @param tokens [B, text + image, width], text first; valid during the call only
   */
  void after(String block, Tensor tokens);
}
