package io.atelier.nn;

import org.bytedeco.pytorch.Tensor;

/**
 * A convolution of [B, C, H, W] with square kernel.
 *
 * @param weight [out, in, kernel, kernel]
 * @param bias [out]
 * @param stride step on both axes
 * @param padding zeros on all four sides
 */
public record Conv2d(Tensor weight, Tensor bias, long stride, long padding) {

  /** The layer {@code name} with stride 1 that keeps height and width; {@code kernel} is odd. */
  public static Conv2d same(Parameters p, String name, long in, long out, long kernel) {
    return of(p, name, in, out, kernel, 1, kernel / 2);
  }

  /** The layer {@code name}. */
  public static Conv2d of(
      Parameters p, String name, long in, long out, long kernel, long stride, long padding) {
    Tensor weight = p.tensor(name + ".weight", out, in, kernel, kernel);
    return new Conv2d(weight, p.tensor(name + ".bias", out), stride, padding);
  }

  /** Applies the layer. */
  public Tensor forward(Tensor x) {
    return Layers.conv2d(x, weight, bias, stride, padding);
  }
}
