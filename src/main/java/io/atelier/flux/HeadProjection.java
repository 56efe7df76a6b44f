package io.atelier.flux;

import io.atelier.nn.Layers;
import io.atelier.nn.Linear;
import io.atelier.nn.Parameters;
import org.bytedeco.pytorch.Tensor;

/** Queries, keys and values of one token stream; queries and keys are normalised per head. */
final class HeadProjection {
  private final Linear toQuery;
  private final Linear toKey;
  private final Linear toValue;
  private final Tensor queryNorm;
  private final Tensor keyNorm;
  private final int heads;

  private HeadProjection(
      Parameters parameters, TransformerConfig config, String[] linears, String[] norms) {
    int width = config.innerDim();
    toQuery = parameters.linear(linears[0], width, width);
    toKey = parameters.linear(linears[1], width, width);
    toValue = parameters.linear(linears[2], width, width);
    queryNorm = parameters.tensor(norms[0] + ".weight", config.attentionHeadDim());
    keyNorm = parameters.tensor(norms[1] + ".weight", config.attentionHeadDim());
    heads = config.numAttentionHeads();
  }

  /** The projection of the image stream, or of the joint stream of a single block. */
  static HeadProjection image(Parameters parameters, TransformerConfig config, String attn) {
    String[] linears = {attn + "to_q", attn + "to_k", attn + "to_v"};
    return new HeadProjection(
        parameters, config, linears, new String[] {attn + "norm_q", attn + "norm_k"});
  }

  /** The projection of the text stream of a double block. */
  static HeadProjection text(Parameters parameters, TransformerConfig config, String attn) {
    String[] linears = {attn + "add_q_proj", attn + "add_k_proj", attn + "add_v_proj"};
    return new HeadProjection(
        parameters, config, linears, new String[] {attn + "norm_added_q", attn + "norm_added_k"});
  }

  /** [B, S, heads, head size]. */
  Tensor query(Tensor x) {
    return Layers.rmsNorm(Layers.heads(toQuery.forward(x), heads), queryNorm, FluxTransformer.EPS);
  }

  /** [B, S, heads, head size]. */
  Tensor key(Tensor x) {
    return Layers.rmsNorm(Layers.heads(toKey.forward(x), heads), keyNorm, FluxTransformer.EPS);
  }

  /** [B, S, heads, head size]. */
  Tensor value(Tensor x) {
    return Layers.heads(toValue.forward(x), heads);
  }
}
