package io.atelier.nn;

import java.util.List;
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
  private static final Scalar ONE = new Scalar(1.0);

  /**
   * {@code x A^T} [n, rank] of every branch, in one multiplication that reads {@code x} [n, in]
   * once.
   */
  static Tensor[] down(Tensor x, List<LoraBranch> branches) {
    Tensor[] factors = branches.stream().map(LoraBranch::a).toArray(Tensor[]::new);
    Tensor joint = factors.length == 1 ? factors[0] : Layers.cat(0, factors);
    long[] ranks = branches.stream().mapToLong(branch -> branch.a.size(0)).toArray();
    return torch.linear(x.to(joint.scalar_type()), joint).split_with_sizes(ranks, 1).get();
  }

  /**
   * {@code base} [n, out] plus what comes of this branch's {@code down} [n, rank]: summed in
   * float32. May write into {@code base}.
   */
  Tensor add(Tensor base, Tensor down) {
    Tensor sum = base.to(a.scalar_type()).addmm_(down, b.t(), ONE, new Scalar(scale));
    return sum.to(base.scalar_type());
  }
}
