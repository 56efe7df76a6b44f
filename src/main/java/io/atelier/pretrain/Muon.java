package io.atelier.pretrain;

import io.atelier.nn.Leaves;
import io.atelier.nn.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Muon (Jordan et al., Muon: An optimizer for hidden layers in neural networks, 2024): Nesterov's
 * momentum of a matrix's gradient, made orthogonal by five Newton-Schulz steps. Scaled to the size
 * of AdamW's steps (Liu et al., Muon is Scalable for LLM Training, 2025), so that both take the
 * same learning rate.
 */
final class Muon implements AutoCloseable {
  private static final double MOMENTUM = 0.95;
  private static final double ADAMW_SIZE = 0.2;
  private static final int NEWTON_SCHULZ = 5;
  private static final double SMALLEST = 1e-7;

  private final Tensor momentum;
  private final List<Matrix> matrices = new ArrayList<>();

  /** One matrix under training. */
  final class Matrix {
    private final Tensor value;
    private final Tensor gradient;
    private final Tensor mean;

    private Matrix(Tensor value, Tensor gradient, Tensor mean) {
      this.value = Torch.keep(value);
      this.gradient = Torch.keep(gradient);
      this.mean = Torch.keep(mean);
    }

    /** Changes the value by its gradient, and empties that, so that no other optimiser sees it. */
    void step(double rate) {
      double size = ADAMW_SIZE * Math.sqrt(Math.max(value.size(0), value.size(1)));
      try (PointerScope scope = new PointerScope();
          NoGradGuard noGraph = new NoGradGuard()) {
        mean.lerp_(gradient, new Scalar(1 - MOMENTUM));
        Tensor ahead = gradient.lerp(mean, new Scalar(MOMENTUM));
        value.sub_(orthogonal(ahead), new Scalar(rate * size));
        gradient.zero_();
      }
    }
  }

  /** Of the leaves whose names match; the gradients are those of {@code leaves} itself. */
  Muon(Leaves leaves, Pattern names) {
    try (PointerScope scope = new PointerScope()) {
      momentum = Torch.keep(leaves.values().detach().clone().zero_());
      SortedMap<String, Tensor> values = leaves.named(leaves.values());
      SortedMap<String, Tensor> gradients = leaves.named(leaves.gradients());
      for (Map.Entry<String, Tensor> mean : leaves.named(momentum).entrySet()) {
        String name = mean.getKey();
        if (values.get(name).dim() == 2 && names.matcher(name).matches()) {
          matrices.add(new Matrix(values.get(name), gradients.get(name), mean.getValue()));
        }
      }
    }
  }

  /** The matrices, which can be stepped at the same time. */
  List<Matrix> matrices() {
    return matrices;
  }

  /** What it goes on from, in the layout of the values. */
  Tensor momentum() {
    return momentum;
  }

  /** Singular values near 1 (0.7 to 1.2) in the place of those of a matrix [m, n]. */
  static Tensor orthogonal(Tensor matrix) {
    boolean tall = matrix.size(0) > matrix.size(1);
    Tensor x = tall ? matrix.t() : matrix;
    x = x.div(x.norm().add(new Scalar(SMALLEST)));
    for (int i = 0; i < NEWTON_SCHULZ; i++) {
      Tensor square = x.mm(x.t());
      Tensor polynomial =
          square.mul(new Scalar(-4.7750)).add(square.mm(square), new Scalar(2.0315));
      x = x.mul(new Scalar(3.4445)).add(polynomial.mm(x));
    }
    return tall ? x.t() : x;
  }

  @Override
  public void close() {
    for (Matrix matrix : matrices) {
      Torch.release(matrix.value);
      Torch.release(matrix.gradient);
      Torch.release(matrix.mean);
    }
    Torch.release(momentum);
  }
}
