package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.Linear;
import io.atelier.nn.Scopes;
import java.util.ArrayList;
import java.util.Collection;
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

  private static final int MOST_ADAPTERS = 2;
  private static final double MOST_WEIGHT = 1.0;

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
        try (PointerScope scope = new PointerScope()) {
          Linear linear = linears.get(module);
          linear.weight(merged(module, linear.original(), adapters));
        }
      }
      done = true;
    } finally {
      if (!done) {
        restore(linears);
      }
    }
  }

  /**
   * What a person should know who puts several adapters together. The usual advice is two at most,
   * with weights that sum to at most 1: each was trained alone, and their changes add up.
   *
   * @param weights of all adapters
   * @return a sentence for each doubt
   */
  public static List<String> doubts(Collection<Double> weights) {
    List<String> doubts = new ArrayList<>();
    if (weights.size() > MOST_ADAPTERS) {
      doubts.add(weights.size() + " adapters are put together; above two, subjects mix and fade");
    }
    double total = weights.stream().mapToDouble(Math::abs).sum();
    if (total > MOST_WEIGHT + 1e-9) {
      doubts.add(
          "the weights of the adapters sum to %s; above 1.0 pictures are often distorted"
              .formatted(Math.round(total * 1e4) / 1e4));
    }
    return doubts;
  }

  /** Gives every layer the checkpoint's own weight back. */
  public static void restore(Map<String, Linear> linears) {
    try (PointerScope scope = new PointerScope()) {
      linears.values().forEach(linear -> linear.weight(linear.original()));
    }
  }

  /**
   * One weight with its changes, in its own type, or itself if no adapter changes it.
   *
   * @param pristine the checkpoint's weight [out, in]
   */
  static Tensor merged(String module, Tensor pristine, List<Weighted> adapters) {
    try (PointerScope scope = new PointerScope()) {
      Tensor sum = null;
      for (Weighted weighted : adapters) {
        Adapter.Pair pair = weighted.adapter().pair(module);
        if (pair != null) {
          Tensor change = change(pair, pristine).mul(new Scalar(weighted.weight()));
          sum = sum == null ? change : sum.add_(change);
        }
      }
      if (sum == null) {
        return pristine;
      }
      Tensor merged = pristine.to(ScalarType.Float).add(sum);
      return Scopes.keep(merged.to(pristine.scalar_type().intern()));
    }
  }

  private static Tensor change(Adapter.Pair pair, Tensor like) {
    Tensor a = pair.a().to(like.device(), ScalarType.Float);
    return pair.b().to(like.device(), ScalarType.Float).matmul(a);
  }
}
