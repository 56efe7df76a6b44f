package io.atelier.lora;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Clipping by the global norm, as {@code torch.nn.utils.clip_grad_norm_} does it. */
public final class GradientNorm {
  private static final double EPSILON = 1e-6;

  private GradientNorm() {}

  /**
   * Scales gradients down in place so that their norm is at most {@code limit}; 0 for no limit. A
   * norm that is not finite changes nothing.
   *
   * @return the norm before
   */
  public static double clip(Tensor gradients, double limit) {
    try (PointerScope scope = new PointerScope()) {
      ScalarOptional two = new ScalarOptional(new Scalar(2.0));
      double norm = gradients.norm(two, ScalarType.Double).item_double();
      double factor = limit / (norm + EPSILON);
      if (limit > 0 && factor < 1 && Double.isFinite(norm)) {
        gradients.mul_(new Scalar(factor));
      }
      return norm;
    }
  }
}
