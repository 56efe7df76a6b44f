package io.atelier.nn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Values under training, as views of one flat float32 tensor, and their gradients as views of
 * another: clipping and the optimiser are a handful of operations however many tensors there are.
 * They lie in the order of their names. Replicas share the values and have gradients of their own,
 * so that several threads can each work on a part of a batch.
 */
public final class Leaves implements AutoCloseable {

  /** Where a tensor lies in the flat ones. */
  private record Slot(long offset, long[] shape) {
    long count() {
      long count = 1;
      for (long size : shape) {
        count *= size;
      }
      return count;
    }

    Tensor of(Tensor flat) {
      return flat.narrow(0, offset, count()).view(shape);
    }
  }

  private final SortedMap<String, Slot> slots;
  private final Tensor values;
  private final Tensor gradients;
  private final Map<String, Tensor> leaves = new LinkedHashMap<>();

  private Leaves(SortedMap<String, Slot> slots, Tensor values) {
    this.slots = slots;
    this.values = Torch.keep(values);
    try (PointerScope scope = new PointerScope()) {
      gradients = Torch.keep(torch.zeros_like(values));
      slots.forEach(
          (name, slot) -> {
            Tensor leaf = slot.of(values).detach().requires_grad_(true);
            // Backward adds to a gradient that is already there in place, so it stays a view.
            leaf.mutable_grad().put(slot.of(gradients));
            leaves.put(name, Torch.keep(leaf));
          });
    }
  }

  /** Values of zero, on a device, for tensors of these names and shapes. */
  public static Leaves of(SortedMap<String, List<Long>> shapes, Device device) {
    SortedMap<String, Slot> slots = new TreeMap<>();
    long offset = 0;
    for (Map.Entry<String, List<Long>> entry : shapes.entrySet()) {
      long[] shape = entry.getValue().stream().mapToLong(Long::longValue).toArray();
      Slot slot = new Slot(offset, shape);
      slots.put(entry.getKey(), slot);
      offset += slot.count();
    }
    try (PointerScope scope = new PointerScope()) {
      return new Leaves(slots, Torch.empty(ScalarType.Float, device, offset).zero_());
    }
  }

  /** The same values with other gradients. */
  public Leaves replica() {
    try (PointerScope scope = new PointerScope()) {
      return new Leaves(slots, values);
    }
  }

  /** All values, flat. */
  public Tensor values() {
    return values;
  }

  /** All gradients, flat. */
  public Tensor gradients() {
    return gradients;
  }

  /** The leaf of this name. */
  public Tensor leaf(String name) {
    return leaves.get(name);
  }

  /** The leaves below a folder of names, {@code folder/name}, as a network takes them. */
  public Weights weights(String folder) {
    return Weights.of(within(folder, leaves));
  }

  /**
   * The same in another precision, converted within the graph: gradients arrive at the leaves in
   * float32 (mixed precision, Micikevicius et al. 2018). For one forward and backward pass; in the
   * caller's scope.
   */
  public Weights weights(String folder, Precision precision) {
    SortedMap<String, Tensor> converted = within(folder, leaves);
    converted.replaceAll((name, leaf) -> leaf.to(precision.scalarType()));
    return Weights.of(converted);
  }

  /** A flat tensor of this layout as the views that it consists of, in the caller's scope. */
  public SortedMap<String, Tensor> named(Tensor flat) {
    SortedMap<String, Tensor> named = new TreeMap<>();
    slots.forEach((name, slot) -> named.put(name, slot.of(flat)));
    return named;
  }

  /** The same of the names below a folder, without it. */
  public SortedMap<String, Tensor> named(String folder, Tensor flat) {
    return within(folder, named(flat));
  }

  private static SortedMap<String, Tensor> within(String folder, Map<String, Tensor> all) {
    String prefix = folder + "/";
    SortedMap<String, Tensor> found = new TreeMap<>();
    all.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), tensor);
          }
        });
    return found;
  }

  @Override
  public void close() {
    leaves.values().forEach(Torch::release);
    leaves.clear();
    Torch.release(gradients);
    Torch.release(values);
  }
}
