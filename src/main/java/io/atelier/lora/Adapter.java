package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.lora.format.AdapterFormat;
import io.atelier.nn.Dtype;
import io.atelier.nn.Linear;
import io.atelier.nn.Precision;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A LoRA adapter in its one form in memory: for each linear layer, under diffusers' module name, A
 * and B in float32 on the CPU with the scale folded into B, so that the layer's change is {@code B
 * A} and nothing else. Owns its tensors; close it.
 */
public final class Adapter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Adapter.class);

  /**
   * The two factors of one layer's change.
   *
   * @param a [rank, in]
   * @param b [out, rank], scale included
   */
  public record Pair(Tensor a, Tensor b) {

    /** Rows of A, columns of B. */
    public int rank() {
      return Math.toIntExact(a.size(0));
    }

    /** Width of the layer's input. */
    public long in() {
      return a.size(1);
    }

    /** Width of the layer's output. */
    public long out() {
      return b.size(0);
    }
  }

  static final String WEIGHT = ".weight";

  private final SortedMap<String, Pair> pairs;
  private final Map<String, String> metadata;

  /** Takes over pairs whose tensors {@link Torch#keep} already holds. */
  Adapter(SortedMap<String, Pair> pairs, Map<String, String> metadata) {
    this.pairs = new TreeMap<>(pairs);
    this.metadata = Map.copyOf(metadata);
  }

  /**
   * Reads a LoRA file of any tool in {@link AdapterFormat}. The scale, alpha over rank, is taken
   * from {@code .alpha} tensors or from {@code lora_adapter_metadata}, and is 1 where there is
   * neither. Fused layers are taken apart. What {@link AdapterFile} would warn of is logged.
   *
   * @throws AtelierException {@link ErrorCode#BAD_ADAPTER} with the first key that is not
   *     understood, or {@link ErrorCode#BAD_SAFETENSORS} if the container itself is broken
   */
  public static Adapter read(Path file) {
    AdapterFile found = AdapterFile.read(file);
    found.warnings().forEach(warning -> LOG.warn("adapter {}: {}", file, warning));
    return found.adapter();
  }

  /**
   * Writes diffusers' format with rule W1: the scale folded into B in float32 before the cast, and
   * {@code lora_adapter_metadata} with {@code lora_alpha} equal to {@code r}, so that diffusers and
   * ComfyUI load it at the same strength.
   *
   * @param precision type of the tensors in the file
   * @param lineage further string entries of the header, ignored by other tools
   */
  public void write(Path file, Precision precision, Map<String, String> lineage) {
    Dtype type = precision == Precision.FLOAT32 ? Dtype.F32 : Dtype.BF16;
    AdapterWriter.write(this, file, AdapterFormat.DIFFUSERS, type, lineage);
  }

  /**
   * Refuses an adapter that does not belong to a transformer: a module it does not have, or factors
   * whose product has another shape than the layer's weight. {@link ErrorCode#BAD_ADAPTER}.
   *
   * @param linears the transformer's linear layers by diffusers' module name
   */
  public void requireFits(Map<String, Linear> linears) {
    requireFits(
        module -> linears.containsKey(module) ? Torch.shape(linears.get(module).original()) : null);
  }

  /** The same for a transformer's weight files, of which only the headers are read. */
  public void requireFits(Weights weights) {
    requireFits(
        module -> weights.has(module + WEIGHT) ? weights.info(module + WEIGHT).sizes() : null);
  }

  private void requireFits(Function<String, long[]> shapes) {
    for (Map.Entry<String, Pair> entry : pairs.entrySet()) {
      long[] shape = shapes.apply(entry.getKey());
      if (shape == null) {
        throw new AtelierException(
            ErrorCode.BAD_ADAPTER,
            "the adapter has weights for module '"
                + entry.getKey()
                + "', which the transformer does not have; an adapter fits only the model family"
                + " and size it was trained on");
      }
      requireShape(entry.getKey(), entry.getValue(), shape);
    }
  }

  private static void requireShape(String module, Pair pair, long[] shape) {
    if (pair.in() != shape[1] || pair.out() != shape[0]) {
      throw new AtelierException(
          ErrorCode.BAD_ADAPTER,
          ("the adapter changes module '%s' from %d to %d values, but the transformer's layer goes"
                  + " from %d to %d; an adapter fits only the model family and size it was trained"
                  + " on")
              .formatted(module, pair.in(), pair.out(), shape[1], shape[0]));
    }
  }

  /** The changed modules, sorted. */
  public Set<String> modules() {
    return Collections.unmodifiableSet(pairs.keySet());
  }

  /** The factors of one module, or null; they live as long as this adapter. */
  public Pair pair(String module) {
    return pairs.get(module);
  }

  /** The largest rank of any module. */
  public int rank() {
    return pairs.values().stream().mapToInt(Pair::rank).max().orElse(0);
  }

  /** Number of trained values. */
  public long parameters() {
    return pairs.values().stream().mapToLong(p -> p.a().numel() + p.b().numel()).sum();
  }

  /** String entries of the file's header, without those that this class understands. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Frees the tensors. */
  @Override
  public void close() {
    for (Pair pair : pairs.values()) {
      Torch.release(pair.a());
      Torch.release(pair.b());
    }
    pairs.clear();
  }
}
