package io.atelier.flux;

import io.atelier.nn.Layers;
import io.atelier.nn.Linear;
import io.atelier.nn.Parameters;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;

/** Queries, keys and values of one token stream; queries and keys are normalised per head. */
final class HeadProjection {
  private final Linear[] linears;
  private final Tensor queryNorm;
  private final Tensor keyNorm;
  private final int heads;

  private HeadProjection(
      Parameters parameters, TransformerConfig config, String[] linears, String[] norms) {
    int width = config.innerDim();
    this.linears =
        Stream.of(linears)
            .map(name -> parameters.linear(name, width, width))
            .toArray(Linear[]::new);
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

  /**
   * One stream's part in attention.
   *
   * @param query [B, S, heads, head size], normalised
   * @param key [B, S, heads, head size], normalised
   * @param value [B, S, heads, head size]
   */
  record Heads(Tensor query, Tensor key, Tensor value) {}

  /** The three layers, in the order in which {@link #heads} wants their results. */
  List<Linear> linears() {
    return List.of(linears);
  }

  /** Queries, keys and values of {@code x} [B, S, width]. */
  Heads forward(Tensor x) {
    return heads(Linear.forward(x, linears));
  }

  /** The same from what the layers made of x, each [B, S, width]. */
  Heads heads(Tensor[] projected) {
    return new Heads(
        Layers.rmsNorm(split(projected[0]), queryNorm, FluxTransformer.EPS),
        Layers.rmsNorm(split(projected[1]), keyNorm, FluxTransformer.EPS),
        split(projected[2]));
  }

  private Tensor split(Tensor x) {
    return Layers.heads(x, heads);
  }
}
