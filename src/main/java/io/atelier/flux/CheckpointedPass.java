package io.atelier.flux;

import io.atelier.nn.Scopes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Forward and backward pass of the transformer that keeps only the tokens between blocks and
 * computes each block a second time when its gradients are due (Chen et al., Training Deep Nets
 * with Sublinear Memory Cost, 2016; diffusers' {@code gradient_checkpointing}, per block). A third
 * more computation for a frozen base, the same operations and so the same gradients.
 */
final class CheckpointedPass {
  private final FluxTransformer model;
  private final FluxTransformer.Start start;
  private final Tensor steer;
  private final long textLength;
  private final boolean throughInputs;

  /** A pass from {@code start}, whose tensors may carry a graph back to the inputs. */
  CheckpointedPass(FluxTransformer model, FluxTransformer.Start start) {
    this.model = model;
    this.start = start;
    textLength = start.tokens().text().size(1);
    throughInputs = start.tokens().text().requires_grad() || start.steer().requires_grad();
    steer = start.steer().detach().requires_grad_(start.steer().requires_grad());
  }

  /**
   * Adds the gradients of {@code loss(velocity)} to those of every leaf that takes part.
   *
   * @return the loss, detached
   */
  Tensor backward(UnaryOperator<Tensor> loss) {
    try (PointerScope scope = new PointerScope()) {
      Tensor entry = start.tokens().joint();
      List<Tensor> kept = forward(entry.detach());
      Tensor leaf = leaf(kept.remove(kept.size() - 1));
      Tensor value = loss.apply(model.finish(leaf, steer, textLength));
      value.backward();
      Tensor gradient = gradient(leaf);
      for (int i = kept.size() - 1; i >= 0; i--) {
        gradient = through(i, kept.get(i), gradient);
      }
      if (throughInputs) {
        intoInputs(entry, gradient);
      }
      return Scopes.keep(value.detach());
    }
  }

  /** The tokens before each block and after the last. */
  private List<Tensor> forward(Tensor entry) {
    List<Tensor> kept = new ArrayList<>(List.of(entry));
    try (NoGradGuard noGraph = new NoGradGuard()) {
      for (int i = 0; i < model.blocks(); i++) {
        kept.add(model.block(i, kept.get(i), steer, start.rotary(), textLength));
      }
    }
    return kept;
  }

  private Tensor through(int block, Tensor before, Tensor gradient) {
    try (PointerScope scope = new PointerScope()) {
      Tensor leaf = leaf(before);
      Tensor after = model.block(block, leaf, steer, start.rotary(), textLength);
      pull(after, gradient);
      before.close();
      gradient.close();
      return Scopes.keep(gradient(leaf));
    }
  }

  private void intoInputs(Tensor entry, Tensor gradient) {
    if (entry.requires_grad()) {
      torch.backward(
          new TensorVector(entry),
          new TensorVector(gradient),
          new BoolOptional(true),
          false,
          new TensorVector());
    }
    if (start.steer().requires_grad() && steer.grad().defined()) {
      pull(start.steer(), steer.grad());
    }
  }

  private static void pull(Tensor root, Tensor gradient) {
    torch.backward(
        new TensorVector(root),
        new TensorVector(gradient),
        new BoolOptional(),
        false,
        new TensorVector());
  }

  /** A handle of its own: {@code grad()} is a reference into the leaf, which dies with it. */
  private static Tensor gradient(Tensor leaf) {
    return leaf.grad().detach();
  }

  private static Tensor leaf(Tensor values) {
    return values.detach().requires_grad_(true);
  }
}
