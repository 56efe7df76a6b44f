package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.Linear;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Adapters merged into a transformer's weights, always from the checkpoint's own: {@code W = W0 +
 * sum of weight * B A}, computed in float32 on the weight's device and rounded once to its type. W0
 * itself is never written, so {@link #restore} gives back its exact bits however often one merges.
 * Only changed layers hold a second weight, freed at the next merge or restore.
 */
public final class Merge {

  /**
   * An adapter and how much of it.
   *
   * @param weight 1 for the strength it was trained at, 0 for none; negative is allowed
   */
  public record Weighted(Adapter adapter, double weight) {

    /** Checks the weight. */
    public Weighted {
      if (!Double.isFinite(weight)) {
        throw new AtelierException(
            ErrorCode.BAD_INPUT, "adapter weight is " + weight + ", but must be a number");
      }
    }
  }

  private Merge() {}

  /**
   * Puts the sum of some adapters into a transformer, in place of whatever was merged before. All
   * are checked against its layers first; on any failure the transformer has its own weights.
   *
   * @param linears the transformer's linear layers by diffusers' module name
   */
  public static void apply(Map<String, Linear> linears, List<Weighted> adapters) {
    adapters.forEach(weighted -> weighted.adapter().requireFits(linears));
    restore(linears);
    Set<String> modules = new TreeSet<>();
    adapters.forEach(weighted -> modules.addAll(weighted.adapter().modules()));
    boolean done = false;
    try {
      for (String module : modules) {
        merge(module, linears.get(module), adapters);
      }
      done = true;
    } finally {
      if (!done) {
        restore(linears);
      }
    }
  }

  /** Gives every layer the checkpoint's own weight back. */
  public static void restore(Map<String, Linear> linears) {
    try (PointerScope scope = new PointerScope()) {
      linears.values().forEach(linear -> linear.weight(linear.original()));
    }
  }

  private static void merge(String module, Linear linear, List<Weighted> adapters) {
    try (PointerScope scope = new PointerScope()) {
      Tensor pristine = linear.original();
      Tensor sum = null;
      for (Weighted weighted : adapters) {
        Adapter.Pair pair = weighted.adapter().pair(module);
        if (pair != null) {
          Tensor change = change(pair, pristine).mul(new Scalar(weighted.weight()));
          sum = sum == null ? change : sum.add_(change);
        }
      }
      Tensor merged = pristine.to(ScalarType.Float).add(sum);
      linear.weight(merged.to(pristine.scalar_type().intern()));
    }
  }

  private static Tensor change(Adapter.Pair pair, Tensor like) {
    Tensor a = pair.a().to(like.device(), ScalarType.Float);
    return pair.b().to(like.device(), ScalarType.Float).matmul(a);
  }
}
