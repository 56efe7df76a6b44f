package io.atelier.flux;

import io.atelier.nn.Layers;
import io.atelier.nn.Linear;
import io.atelier.nn.Parameters;
import io.atelier.nn.Scopes;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A block with separate weights for text and image that meet in one attention (diffusers {@code
 * FluxTransformerBlock}; the MM-DiT block of Esser et al. 2024).
 */
final class DoubleBlock {
  private final Stream image;
  private final Stream text;

  DoubleBlock(Parameters parameters, TransformerConfig config, int index) {
    String name = "transformer_blocks." + index + ".";
    String attn = name + "attn.";
    image =
        new Stream(
            parameters,
            config,
            name + "norm1.linear",
            HeadProjection.image(parameters, config, attn),
            attn + "to_out.0",
            name + "ff");
    text =
        new Stream(
            parameters,
            config,
            name + "norm1_context.linear",
            HeadProjection.text(parameters, config, attn),
            attn + "to_add_out",
            name + "ff_context");
  }

  /** Both streams [B, S, width] after the block; {@code steer} is silu of the conditioning. */
  Tokens forward(Tokens tokens, Tensor steer, Tensor rotary) {
    try (PointerScope scope = new PointerScope()) {
      Modulation onImage = image.modulation(steer);
      Modulation onText = text.modulation(steer);
      Tensor x = onImage.before(0, tokens.image());
      Tensor c = onText.before(0, tokens.text());
      HeadProjection.Heads h = image.heads.forward(x);
      HeadProjection.Heads g = text.heads.forward(c);
      Tensor q = Rotary.apply(Layers.cat(1, g.query(), h.query()), rotary);
      Tensor k = Rotary.apply(Layers.cat(1, g.key(), h.key()), rotary);
      Tensor v = Layers.cat(1, g.value(), h.value());
      Tokens mixed = Tokens.split(Layers.attention(q, k, v), tokens.text().size(1));
      return new Tokens(
          Scopes.keep(text.finish(tokens.text(), mixed.text(), onText)),
          Scopes.keep(image.finish(tokens.image(), mixed.image(), onImage)));
    }
  }

  /** One stream's own weights. */
  private static final class Stream {
    private final Linear norm;
    private final HeadProjection heads;
    private final Linear out;
    private final Linear up;
    private final Linear down;

    Stream(
        Parameters parameters,
        TransformerConfig config,
        String norm,
        HeadProjection heads,
        String out,
        String feedForward) {
      int width = config.innerDim();
      int inner = FluxTransformer.MLP_RATIO * width;
      this.norm = parameters.linear(norm, width, 6 * width);
      this.heads = heads;
      this.out = parameters.linear(out, width, width);
      this.up = parameters.linear(feedForward + ".net.0.proj", width, inner);
      this.down = parameters.linear(feedForward + ".net.2", inner, width);
    }

    Modulation modulation(Tensor steer) {
      return new Modulation(norm.forward(steer), 6);
    }

    Tensor finish(Tensor residual, Tensor attended, Modulation modulation) {
      Tensor x = modulation.after(0, residual, out.forward(attended));
      Tensor hidden = Layers.geluTanh(up.forward(modulation.before(1, x)));
      return modulation.after(1, x, down.forward(hidden));
    }
  }
}
