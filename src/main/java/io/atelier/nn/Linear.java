package io.atelier.nn;

import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * {@code y = x W^T + b} over the last axis, with an optional low-rank branch for training and a
 * replaceable weight for merged adapters. The weight it starts with belongs to the network's {@link
 * Parameters}.
 */
public final class Linear implements AutoCloseable {
  private final String name;
  private final TensorOptional bias;
  private final Tensor original;
  private Tensor weight;
  private LoraBranch branch;

  /** A layer of the published module name {@code name}; {@code bias} may be null. */
  Linear(String name, Tensor weight, Tensor bias) {
    this.name = name;
    this.original = weight;
    this.weight = weight;
    this.bias = Layers.option(bias);
  }

  /** The module name in the checkpoint, for example {@code transformer_blocks.0.attn.to_q}. */
  public String name() {
    return name;
  }

  /** Applies the layer to {@code x} [..., in]; the result is [..., out] in x's precision. */
  public Tensor forward(Tensor x) {
    return forward(x, this)[0];
  }

  /**
   * What each of {@code layers} makes of the same {@code x}. Their low-rank branches share one copy
   * of it in float32, which a graph keeps until its backward pass.
   */
  public static Tensor[] forward(Tensor x, Linear... layers) {
    Tensor[] results = new Tensor[layers.length];
    try (PointerScope scope = new PointerScope()) {
      Iterator<Tensor> downs = downs(x, layers);
      for (int i = 0; i < layers.length; i++) {
        Linear layer = layers[i];
        results[i] = Scopes.keep(layer.branch == null ? layer.base(x) : layer.add(x, downs.next()));
      }
    }
    return results;
  }

  private static Iterator<Tensor> downs(Tensor x, Linear... layers) {
    List<LoraBranch> branches =
        Arrays.stream(layers).map(layer -> layer.branch).filter(Objects::nonNull).toList();
    return branches.isEmpty()
        ? Collections.emptyIterator()
        : Arrays.asList(LoraBranch.down(x.flatten(0, -2), branches)).iterator();
  }

  private Tensor base(Tensor x) {
    return torch.linear(x, weight, bias);
  }

  private Tensor add(Tensor x, Tensor down) {
    long[] outer = Arrays.copyOf(x.shape(), (int) x.dim() - 1);
    return branch.add(base(x.flatten(0, -2)), down).unflatten(0, outer);
  }

  /** The weight in use, [out, in]. */
  public Tensor weight() {
    return weight;
  }

  /** The weight as the checkpoint has it, [out, in], whatever is in use now. */
  public Tensor original() {
    return original;
  }

  /**
   * Puts {@code replacement} [out, in] in place of the weight; shape, precision and device must be
   * those of the original. Giving {@link #original()} undoes it exactly.
   */
  public void weight(Tensor replacement) {
    Layers.requireLike(name, original, replacement);
    Tensor kept = replacement.is_same(original) ? original : replacement.retainReference();
    releaseReplacement();
    weight = kept;
  }

  /** Adds the low-rank {@code lora} to every later forward pass, instead of an earlier one. */
  public void attach(LoraBranch lora) {
    branch = lora;
  }

  /** Takes the low-rank branch away. */
  public void detach() {
    branch = null;
  }

  /** Frees what this layer holds beyond the checkpoint's own tensors. */
  @Override
  public void close() {
    releaseReplacement();
    weight = original;
    branch = null;
    bias.releaseReference();
  }

  private void releaseReplacement() {
    if (weight != original) {
      weight.releaseReference();
    }
  }
}
