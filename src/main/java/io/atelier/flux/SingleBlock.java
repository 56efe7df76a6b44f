package io.atelier.flux;

import io.atelier.nn.Layers;
import io.atelier.nn.Linear;
import io.atelier.nn.Parameters;
import io.atelier.nn.Scopes;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A block over the joint sequence with attention and feed-forward in parallel (diffusers {@code
 * FluxSingleTransformerBlock}; Dehghani et al. 2023).
 */
final class SingleBlock {
  private final Linear norm;
  private final HeadProjection heads;
  private final Linear[] in;
  private final Linear out;

  SingleBlock(Parameters parameters, TransformerConfig config, int index) {
    String name = "single_transformer_blocks." + index + ".";
    int width = config.innerDim();
    int inner = FluxTransformer.MLP_RATIO * width;
    norm = parameters.linear(name + "norm.linear", width, 3 * width);
    heads = HeadProjection.image(parameters, config, name + "attn.");
    Linear up = parameters.linear(name + "proj_mlp", width, inner);
    in = Stream.concat(heads.linears().stream(), Stream.of(up)).toArray(Linear[]::new);
    out = parameters.linear(name + "proj_out", width + inner, width);
  }

  /** The joint sequence [B, S, width] after the block. */
  Tensor forward(Tensor tokens, Tensor steer, Tensor rotary) {
    try (PointerScope scope = new PointerScope()) {
      Modulation modulation = new Modulation(norm.forward(steer), 3);
      Tensor x = modulation.before(0, tokens);
      Tensor[] projected = Linear.forward(x, in);
      HeadProjection.Heads of = heads.heads(projected);
      Tensor q = Rotary.apply(of.query(), rotary);
      Tensor k = Rotary.apply(of.key(), rotary);
      Tensor mixed = Layers.attention(q, k, of.value());
      Tensor hidden = Layers.geluTanh(projected[projected.length - 1]);
      Tensor update = out.forward(Layers.cat(2, mixed, hidden));
      return Scopes.keep(modulation.after(0, tokens, update));
    }
  }
}
