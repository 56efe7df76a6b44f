package io.atelier.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * The weight and bias of a normalisation over {@code size} features.
 *
 * @param weight [size]
 * @param bias [size]
 */
public record Norm(Tensor weight, Tensor bias) {

  /** The layer {@code name}. */
  public static Norm of(Parameters p, String name, long size) {
    return new Norm(p.tensor(name + ".weight", size), p.tensor(name + ".bias", size));
  }

  /** Layer normalisation over the last axis. */
  public Tensor layer(Tensor x, double eps) {
    return Layers.layerNorm(x, weight, bias, eps);
  }

  /** Group normalisation of [B, size, ...]. */
  public Tensor group(Tensor x, long groups, double eps) {
    return Layers.groupNorm(x, groups, weight, bias, eps);
  }
}
