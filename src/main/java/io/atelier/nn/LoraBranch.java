package io.atelier.nn;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The low-rank path beside a {@link Linear} layer: {@code y + scale * (x A^T) B^T} (Hu et al. 2021;
 * PEFT's {@code lora_A}, {@code lora_B}, {@code scaling}). The tensors stay the property of whoever
 * made the branch.
 *
 * @param a [rank, in], float32, may require a gradient
 * @param b [out, rank], float32, may require a gradient
 * @param scale alpha / rank, times the adapter's weight
 */
public record LoraBranch(Tensor a, Tensor b, double scale) {

  /** {@code base} plus this branch's part for {@code x}: summed in float32, rounded once. */
  Tensor add(Tensor base, Tensor x) {
    try (PointerScope scope = new PointerScope()) {
      Tensor down = torch.linear(x.to(a.scalar_type()), a);
      Tensor up = torch.linear(down, b);
      Tensor sum = base.to(a.scalar_type()).add(up, new Scalar(scale));
      return Scopes.keep(sum.to(base.scalar_type()));
    }
  }
}
