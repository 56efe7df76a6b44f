package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.lora.format.LayerNames;
import io.atelier.nn.Torch;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Adapters of a smaller rank: of each change {@code B A} the best approximation of that rank, by
 * its singular value decomposition (Eckart and Young, 1936). The product is never formed: with
 * {@code B = Q R} and {@code A' = P S} its singular values are those of the rank-sized {@code R
 * S'}. Each factor gets the square root of the singular values. Computed in float64.
 */
public final class Resize {

  /**
   * How much to keep.
   *
   * @param rank largest rank of any module
   * @param energy smallest share of the sum of squared singular values, above 0 to 1
   */
  public record Limit(int rank, double energy) {

    /** Checks the ranges. */
    public Limit {
      if (rank < 1) {
        throw new AtelierException(
            ErrorCode.BAD_INPUT, "the rank to keep is " + rank + ", but must be at least 1");
      }
      if (!(energy > 0 && energy <= 1)) {
        throw new AtelierException(
            ErrorCode.BAD_INPUT,
            "the energy to keep is " + energy + ", but must be above 0 and at most 1");
      }
    }

    /** The {@code count} greatest singular values. */
    public static Limit rank(int count) {
      return new Limit(count, 1);
    }

    /** As few as make up this share. */
    public static Limit energy(double share) {
      return new Limit(Integer.MAX_VALUE, share);
    }
  }

  /**
   * A resized adapter; close it.
   *
   * @param retained share of the energy that each kind of module has kept, sorted
   * @param total the same over all modules
   */
  public record Result(Adapter adapter, SortedMap<String, Double> retained, double total)
      implements AutoCloseable {

    /** Copies the map. */
    public Result {
      retained = Collections.unmodifiableSortedMap(new TreeMap<>(retained));
    }

    @Override
    public void close() {
      adapter.close();
    }
  }

  /** Sums of squared singular values. */
  private static final class Energy {
    private double kept;
    private double all;

    void add(double keptMore, double allMore) {
      kept += keptMore;
      all += allMore;
    }

    double share() {
      return all == 0 ? 1 : kept / all;
    }
  }

  private final Limit limit;
  private final SortedMap<String, Energy> byKind = new TreeMap<>();
  private final Energy total = new Energy();

  private Resize(Limit limit) {
    this.limit = limit;
  }

  /** The adapter within the limit; its metadata are those of the original. */
  public static Result of(Adapter adapter, Limit limit) {
    return new Resize(limit).apply(adapter);
  }

  private Result apply(Adapter adapter) {
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    boolean done = false;
    try {
      for (String module : adapter.modules()) {
        Energy energy = byKind.computeIfAbsent(LayerNames.template(module), k -> new Energy());
        pairs.put(module, resized(adapter.pair(module), energy));
      }
      done = true;
    } finally {
      if (!done) {
        new Adapter(pairs, Map.of()).close();
      }
    }
    SortedMap<String, Double> retained = new TreeMap<>();
    byKind.forEach((kind, energy) -> retained.put(kind, energy.share()));
    return new Result(new Adapter(pairs, adapter.metadata()), retained, total.share());
  }

  private Adapter.Pair resized(Adapter.Pair pair, Energy energy) {
    try (PointerScope scope = new PointerScope()) {
      T_TensorTensor_T left = torch.linalg_qr(pair.b().to(ScalarType.Double));
      T_TensorTensor_T right = torch.linalg_qr(pair.a().to(ScalarType.Double).t());
      T_TensorTensorTensor_T svd =
          torch.linalg_svd(
              left.get1().matmul(right.get1().t()),
              /* full_matrices= */ false,
              new StringViewOptional());
      int rank = rank(Torch.floats(svd.get1()), energy);
      Tensor root = svd.get1().narrow(0, 0, rank).sqrt();
      Tensor b = left.get0().matmul(svd.get0().narrow(1, 0, rank)).mul(root);
      Tensor a = right.get0().matmul(svd.get2().narrow(0, 0, rank).t()).mul(root).t();
      return new Adapter.Pair(
          Torch.keep(a.to(ScalarType.Float).contiguous()),
          Torch.keep(b.to(ScalarType.Float).contiguous()));
    }
  }

  /** How many of the singular values, greatest first, are kept; at least one. */
  private int rank(float[] singular, Energy energy) {
    double all = 0;
    for (float value : singular) {
      all += (double) value * value;
    }
    int rank = 0;
    double kept = 0;
    while (rank < Math.min(singular.length, limit.rank())) {
      if (rank > 0 && limit.energy() < 1 && kept >= limit.energy() * all) {
        break;
      }
      kept += (double) singular[rank] * singular[rank];
      rank++;
    }
    energy.add(kept, all);
    total.add(kept, all);
    return rank;
  }
}
