package io.atelier.flux;

import io.atelier.nn.Scopes;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * One prompt as the transformer takes it. The tensors belong to the scope of whoever asked for the
 * embedding.
 *
 * @param t5 T5's hidden states [S, D], padding included
 * @param pooled CLIP's pooled vector [P]
 */
public record PromptEmbedding(Tensor t5, Tensor pooled) {

  /**
   * Several prompts of one length side by side.
   *
   * @param t5 [B, S, D]
   * @param pooled [B, P]
   */
  public record Batch(Tensor t5, Tensor pooled) {

    /** Stacks prompts in the order given. */
    public static Batch of(List<PromptEmbedding> prompts) {
      try (PointerScope scope = new PointerScope()) {
        Tensor[] t5 = prompts.stream().map(PromptEmbedding::t5).toArray(Tensor[]::new);
        Tensor[] pooled = prompts.stream().map(PromptEmbedding::pooled).toArray(Tensor[]::new);
        return new Batch(
            Scopes.keep(torch.stack(new TensorVector(t5))),
            Scopes.keep(torch.stack(new TensorVector(pooled))));
      }
    }
  }
}
