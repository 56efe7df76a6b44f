package io.atelier.flux.verify;

import io.atelier.flux.BlockProbe;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TransformerInput;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Cases of one forward pass of the transformer. */
public final class TransformerCase {
  private TransformerCase() {}

  static void replay(GoldenCase golden, Models models) {
    List<String> wrong = new ArrayList<>();
    Tensor velocity =
        velocity(
            golden,
            models.transformer(),
            (block, tokens) -> {
              if (golden.has("out." + block) && !golden.compare("out." + block, tokens)) {
                wrong.add(block);
              }
            });
    boolean right = golden.compare("out.sample", velocity);
    if (!wrong.isEmpty()) {
      golden.fail("the error starts after " + wrong.get(0));
    } else if (!right) {
      golden.fail("the error starts after the last block, in norm_out or proj_out");
    }
  }

  /** The velocity for the inputs of {@code golden}, named as diffusers names the arguments. */
  public static Tensor velocity(GoldenCase golden, FluxTransformer transformer, BlockProbe probe) {
    return transformer.forward(
        new TransformerInput(
            golden.tensor("in.hidden_states"),
            golden.tensor("in.encoder_hidden_states"),
            golden.tensor("in.pooled_projections"),
            golden.tensor("in.timestep"),
            golden.has("in.guidance") ? golden.tensor("in.guidance") : null,
            golden.tensor("in.img_ids"),
            golden.tensor("in.txt_ids")),
        probe);
  }
}
