package io.atelier.pretrain;

import java.util.SortedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * What networks start from: normal values of variance 1 / inputs, norms that change nothing, and
 * zeros where a path shall be closed at first (the modulations and the last layer of the
 * transformer: adaLN-Zero, Peebles and Xie, Scalable Diffusion Models with Transformers, 2023).
 */
final class FirstValues {
  private static final double EMBEDDING = 0.02;

  private FirstValues() {}

  /** Fills the tensors of a component in place, as a function of the seed. */
  static void fill(String component, SortedMap<String, Tensor> tensors, long seed) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGraph = new NoGradGuard()) {
      Generator generator = torch.make_generator_cpu(seed);
      tensors.forEach(
          (name, tensor) -> {
            double deviation = deviation(component, name, tensor.shape());
            if (deviation > 0) {
              tensor.copy_(torch.randn(tensor.shape(), new GeneratorOptional(generator)));
              tensor.mul_(new Scalar(deviation));
            } else {
              tensor.fill_(new Scalar(isNorm(name, tensor) ? 1.0 : 0.0));
            }
          });
    }
  }

  private static boolean isNorm(String name, Tensor tensor) {
    return tensor.dim() == 1 && name.endsWith("weight");
  }

  /** 0 for constant values. */
  private static double deviation(String component, String name, long... shape) {
    if (shape.length == 1 || isClosed(component, name)) {
      return 0;
    }
    if (name.equals("shared.weight")) {
      return 1;
    }
    if (name.contains("embedding.weight") || name.contains("relative_attention_bias")) {
      return EMBEDDING;
    }
    double inputs = 1;
    for (int i = 1; i < shape.length; i++) {
      inputs *= shape[i];
    }
    // T5 attends without a scale, so its queries start that much smaller.
    double scale = name.endsWith("SelfAttention.q.weight") ? shape[0] : 1;
    return 1 / Math.sqrt(inputs * scale);
  }

  private static boolean isClosed(String component, String name) {
    return component.equals("transformer")
        && (name.equals("proj_out.weight") || name.matches(".*norm\\w*\\.linear\\.weight"));
  }
}
