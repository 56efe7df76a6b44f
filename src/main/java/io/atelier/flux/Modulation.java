package io.atelier.flux;

import io.atelier.nn.Layers;
import org.bytedeco.pytorch.Tensor;

/**
 * The shift, scale and gate vectors of a block, in groups of three (diffusers {@code
 * AdaLayerNormZero}).
 */
final class Modulation {
  private final Tensor vectors;
  private final long width;

  /** {@code vectors} is [B, parts * width]. */
  Modulation(Tensor vectors, int parts) {
    this.vectors = vectors;
    this.width = vectors.size(1) / parts;
  }

  /** What goes into branch {@code group}: LayerNorm(x) * (1 + scale) + shift. */
  Tensor before(int group, Tensor x) {
    Tensor normal = Layers.layerNorm(x, FluxTransformer.EPS);
    return Layers.modulate(normal, part(3 * group), part(3 * group + 1));
  }

  /** What comes out of branch {@code group}: residual + gate * update. */
  Tensor after(int group, Tensor residual, Tensor update) {
    return Layers.gated(residual, part(3 * group + 2), update);
  }

  private Tensor part(long index) {
    return vectors.narrow(1, index * width, width);
  }
}
