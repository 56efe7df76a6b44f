package io.atelier.flux;

/**
 * The sizes of the CLIP text encoder: {@code text_encoder/config.json}, class {@code CLIPTextModel}
 * of transformers, whose defaults hold for absent keys. Always quick GELU.
 *
 * @param vocabSize rows of the token embedding
 * @param hiddenSize width, also of the pooled vector
 * @param intermediateSize width inside the MLP
 * @param numHiddenLayers layers
 * @param numAttentionHeads heads; divides {@code hiddenSize}
 * @param maxPositionEmbeddings longest input in tokens
 * @param layerNormEps epsilon of every LayerNorm
 * @param eosTokenId where the pooled vector is taken: at the first token of this id, or for the
 *     value 2 of old configurations at the largest id
 */
public record ClipConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int maxPositionEmbeddings,
    double layerNormEps,
    int eosTokenId) {

  static ClipConfig read(ComponentConfig config) {
    config.supportOnly("model_type", "clip_text_model", "clip_text_model");
    config.supportOnly("hidden_act", "quick_gelu", "quick_gelu");
    config.ignore("projection_dim", "bos_token_id", "pad_token_id");
    ClipConfig result =
        new ClipConfig(
            config.positive("vocab_size", 49408),
            config.positive("hidden_size", 512),
            config.positive("intermediate_size", 2048),
            config.positive("num_hidden_layers", 12),
            config.positive("num_attention_heads", 8),
            config.positive("max_position_embeddings", 77),
            config.number("layer_norm_eps", 1e-5),
            config.positive("eos_token_id", 49407));
    if (result.hiddenSize % result.numAttentionHeads != 0) {
      throw config.bad(
          "num_attention_heads",
          Integer.toString(result.numAttentionHeads),
          "a divisor of hidden_size " + result.hiddenSize);
    }
    config.refuseUnknown();
    return result;
  }
}
