package io.atelier.flux;

import java.util.List;

/**
 * The sizes of the FLUX.1 transformer: {@code transformer/config.json}, class {@code
 * FluxTransformer2DModel} of diffusers, whose defaults hold for absent keys. The patch size is
 * always 1.
 *
 * @param numLayers double-stream blocks
 * @param numSingleLayers single-stream blocks
 * @param attentionHeadDim width of one head
 * @param numAttentionHeads heads; the model's width is this times {@code attentionHeadDim}
 * @param inChannels width of a packed latent token
 * @param outChannels width of the output, or null for {@code inChannels}
 * @param jointAttentionDim width of the T5 states
 * @param pooledProjectionDim width of the pooled CLIP vector
 * @param guidanceEmbeds true if guidance is an input (dev), false if not (schnell)
 * @param axesDimsRope widths of the three rotary axes; they add up to {@code attentionHeadDim}
 */
public record TransformerConfig(
    int numLayers,
    int numSingleLayers,
    int attentionHeadDim,
    int numAttentionHeads,
    int inChannels,
    Integer outChannels,
    int jointAttentionDim,
    int pooledProjectionDim,
    boolean guidanceEmbeds,
    List<Integer> axesDimsRope) {

  /** Copies the list. */
  public TransformerConfig {
    axesDimsRope = List.copyOf(axesDimsRope);
  }

  /** Width of the model: heads times the width of one. */
  public int innerDim() {
    return numAttentionHeads * attentionHeadDim;
  }

  /** Width of the output. */
  public int effectiveOutChannels() {
    return outChannels == null ? inChannels : outChannels;
  }

  /** Latent channels before packing 2 x 2 patches into tokens. */
  public int latentChannels() {
    return inChannels / 4;
  }

  static TransformerConfig read(ComponentConfig config) {
    config.requireText("_class_name", "FluxTransformer2DModel");
    config.supportOnly("patch_size", 1, 1);
    TransformerConfig result =
        new TransformerConfig(
            config.positive("num_layers", 19),
            config.positive("num_single_layers", 38),
            config.positive("attention_head_dim", 128),
            config.positive("num_attention_heads", 24),
            config.positive("in_channels", 64),
            config.has("out_channels") ? config.positive("out_channels", 0) : null,
            config.positive("joint_attention_dim", 4096),
            config.positive("pooled_projection_dim", 768),
            config.bool("guidance_embeds", false),
            config.positives("axes_dims_rope", List.of(16, 56, 56)));
    result.check(config);
    config.refuseUnknown();
    return result;
  }

  private void check(ComponentConfig config) {
    int sum = axesDimsRope.stream().mapToInt(Integer::intValue).sum();
    boolean even = axesDimsRope.stream().allMatch(width -> width % 2 == 0);
    if (axesDimsRope.size() != 3 || sum != attentionHeadDim || !even) {
      throw config.bad(
          "axes_dims_rope",
          axesDimsRope.toString(),
          "three even widths that add up to attention_head_dim " + attentionHeadDim);
    }
    if (inChannels % 4 != 0) {
      throw config.bad("in_channels", Integer.toString(inChannels), "a multiple of 4");
    }
  }
}
