package io.atelier.flux;

import io.atelier.nn.Layers;
import org.bytedeco.pytorch.Tensor;

/**
 * The two token streams.
 *
 * @param text [B, S, width]
 * @param image [B, L, width]
 */
record Tokens(Tensor text, Tensor image) {

  /** The streams of a joint sequence that has {@code textLength} text tokens first. */
  static Tokens split(Tensor joint, long textLength) {
    return new Tokens(
        joint.narrow(1, 0, textLength), joint.narrow(1, textLength, joint.size(1) - textLength));
  }

  /** Frees both before their scope does. */
  void close() {
    text.close();
    image.close();
  }

  /** [B, S + L, width], text first. */
  Tensor joint() {
    return Layers.cat(1, text, image);
  }
}
