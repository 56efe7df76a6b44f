package io.atelier.flux;

/**
 * The sizes of the T5 encoder: {@code text_encoder_2/config.json}, class {@code T5EncoderModel} of
 * transformers, whose defaults hold for absent keys. Always the gated GELU of T5 1.1.
 *
 * @param vocabSize rows of the token embedding
 * @param dModel width
 * @param dKv width of one head
 * @param dFf width inside the feed-forward layer
 * @param numLayers layers
 * @param numHeads heads; {@code numHeads * dKv} need not be {@code dModel}
 * @param relativeAttentionNumBuckets rows of the position bias
 * @param relativeAttentionMaxDistance distance at which the buckets end
 * @param layerNormEpsilon epsilon of every RMS norm
 */
public record T5Config(
    int vocabSize,
    int dModel,
    int dKv,
    int dFf,
    int numLayers,
    int numHeads,
    int relativeAttentionNumBuckets,
    int relativeAttentionMaxDistance,
    double layerNormEpsilon) {

  static T5Config read(ComponentConfig config) {
    config.supportOnly("model_type", "t5", "t5");
    config.supportOnly("feed_forward_proj", "relu", "gated-gelu");
    config.supportOnly("dense_act_fn", "gelu_new", "gelu_new");
    config.supportOnly("is_gated_act", true, true);
    config.supportOnly("is_decoder", false, false);
    config.supportOnly("eos_token_id", 1, 1);
    config.supportOnly("pad_token_id", 0, 0);
    config.ignore(
        "num_decoder_layers",
        "is_encoder_decoder",
        "decoder_start_token_id",
        "tie_word_embeddings",
        "scale_decoder_outputs",
        "n_positions",
        "output_past",
        "use_cache");
    T5Config result =
        new T5Config(
            config.positive("vocab_size", 32128),
            config.positive("d_model", 512),
            config.positive("d_kv", 64),
            config.positive("d_ff", 2048),
            config.positive("num_layers", 6),
            config.positive("num_heads", 8),
            config.positive("relative_attention_num_buckets", 32),
            config.positive("relative_attention_max_distance", 128),
            config.number("layer_norm_epsilon", 1e-6));
    config.refuseUnknown();
    return result;
  }
}
