package io.atelier.flux;

import io.atelier.nn.Layers;
import io.atelier.nn.Linear;
import io.atelier.nn.Parameters;
import io.atelier.nn.Scopes;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A block over the joint sequence with attention and feed-forward in parallel (diffusers {@code
 * FluxSingleTransformerBlock}; Dehghani et al. 2023).
 */
final class SingleBlock {
  private final Linear norm;
  private final HeadProjection heads;
  private final Linear up;
  private final Linear out;

  SingleBlock(Parameters parameters, TransformerConfig config, int index) {
    String name = "single_transformer_blocks." + index + ".";
    int width = config.innerDim();
    int inner = FluxTransformer.MLP_RATIO * width;
    norm = parameters.linear(name + "norm.linear", width, 3 * width);
    heads = HeadProjection.image(parameters, config, name + "attn.");
    up = parameters.linear(name + "proj_mlp", width, inner);
    out = parameters.linear(name + "proj_out", width + inner, width);
  }

  /** The joint sequence [B, S, width] after the block. */
  Tensor forward(Tensor tokens, Tensor steer, Tensor rotary) {
    try (PointerScope scope = new PointerScope()) {
      Modulation modulation = new Modulation(norm.forward(steer), 3);
      Tensor x = modulation.before(0, tokens);
      Tensor q = Rotary.apply(heads.query(x), rotary);
      Tensor k = Rotary.apply(heads.key(x), rotary);
      Tensor mixed = Layers.attention(q, k, heads.value(x));
      Tensor hidden = Layers.geluTanh(up.forward(x));
      Tensor update = out.forward(Layers.cat(2, mixed, hidden));
      return Scopes.keep(modulation.after(0, tokens, update));
    }
  }
}
