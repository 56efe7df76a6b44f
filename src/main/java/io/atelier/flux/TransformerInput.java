package io.atelier.flux;

import org.bytedeco.pytorch.Tensor;

/**
 * What the transformer predicts a velocity from: the arguments of diffusers' {@code
 * FluxTransformer2DModel.forward}.
 *
 * @param latents packed latents [B, L, in channels]
 * @param t5 prompt tokens [B, S, D]
 * @param pooled pooled prompt [B, P]
 * @param sigma noise level in [0, 1], [B]
 * @param guidance guidance scale [B]; null if the checkpoint has no guidance embedding
 * @param imageIds positions of the image tokens [L, 3]
 * @param textIds positions of the text tokens [S, 3]
 */
public record TransformerInput(
    Tensor latents,
    Tensor t5,
    Tensor pooled,
    Tensor sigma,
    Tensor guidance,
    Tensor imageIds,
    Tensor textIds) {

  /** Tokens of the prompt. */
  long textLength() {
    return t5.size(1);
  }
}
