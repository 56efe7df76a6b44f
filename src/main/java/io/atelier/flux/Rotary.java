package io.atelier.flux;

import io.atelier.nn.Layers;
import io.atelier.nn.Scopes;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rotary position embedding over several axes (diffusers {@code FluxPosEmbed}, {@code
 * apply_rotary_emb}): each adjacent pair of channels is one complex number, turned by position
 * times frequency. Angles are float64, the rotation is float32.
 */
final class Rotary {
  private static final double THETA = 10000;

  private Rotary() {}

  /**
   * The unit complex number of every token and channel pair.
   *
   * @param ids [S, axes] positions
   * @param axes channels of each axis; their sum is the head size
   * @return complex64 [S, 1, head size / 2]
   */
  static Tensor table(Tensor ids, List<Integer> axes) {
    try (PointerScope scope = new PointerScope()) {
      Tensor[] angles = new Tensor[axes.size()];
      Tensor positions = ids.to(ScalarType.Double);
      for (int axis = 0; axis < angles.length; axis++) {
        angles[axis] = torch.outer(positions.select(1, axis), frequencies(axes.get(axis), ids));
      }
      Tensor all = Layers.cat(1, angles).unsqueeze(1);
      Tensor cos = all.cos().to(ScalarType.Float);
      Tensor sin = all.sin().to(ScalarType.Float);
      return Scopes.keep(torch.view_as_complex(torch.stack(new TensorVector(cos, sin), -1)));
    }
  }

  private static Tensor frequencies(int width, Tensor like) {
    TensorOptions float64 = new TensorOptions(ScalarType.Double);
    Tensor exponent =
        torch
            .arange(new Scalar(0), new Scalar(width), new Scalar(2), float64)
            .div(new Scalar((double) width));
    Tensor powers = torch.pow(new Scalar(THETA), exponent);
    return powers.reciprocal().to(like.device(), ScalarType.Double);
  }

  /** Turns {@code x} [B, S, heads, head size] by {@code table}; keeps x's precision. */
  static Tensor apply(Tensor x, Tensor table) {
    Tensor pairs = x.to(ScalarType.Float).unflatten(3, -1, 2);
    Tensor turned = torch.view_as_real(torch.view_as_complex(pairs).mul(table)).flatten(3, 4);
    return turned.to(x.scalar_type());
  }
}
