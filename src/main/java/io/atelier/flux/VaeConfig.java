package io.atelier.flux;

import java.util.Collections;
import java.util.List;

/**
 * The sizes of the autoencoder: {@code vae/config.json}, class {@code AutoencoderKL} of diffusers,
 * whose defaults hold for absent keys. Always SiLU, attention in the middle block, no quantisation
 * convolutions.
 *
 * @param inChannels channels of a picture
 * @param outChannels channels of a decoded picture
 * @param latentChannels channels of a latent
 * @param blockOutChannels channels of the down blocks, outermost first
 * @param layersPerBlock residual layers of a down block; an up block has one more
 * @param normNumGroups groups of every GroupNorm
 * @param scalingFactor latents are {@code (z - shiftFactor) * scalingFactor}
 * @param shiftFactor see {@code scalingFactor}
 */
public record VaeConfig(
    int inChannels,
    int outChannels,
    int latentChannels,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int normNumGroups,
    double scalingFactor,
    double shiftFactor) {

  /** Copies the list. */
  public VaeConfig {
    blockOutChannels = List.copyOf(blockOutChannels);
  }

  /** Pixels per latent element along one side. */
  public int downscale() {
    return 1 << (blockOutChannels.size() - 1);
  }

  static VaeConfig read(ComponentConfig config) {
    config.requireText("_class_name", "AutoencoderKL");
    config.supportOnly("act_fn", "silu", "silu");
    config.supportOnly("use_quant_conv", true, false);
    config.supportOnly("use_post_quant_conv", true, false);
    config.supportOnly("mid_block_add_attention", true, true);
    config.supportNull("latents_mean");
    config.supportNull("latents_std");
    config.ignore("force_upcast", "sample_size");
    VaeConfig result =
        new VaeConfig(
            config.positive("in_channels", 3),
            config.positive("out_channels", 3),
            config.positive("latent_channels", 4),
            config.positives("block_out_channels", List.of(64)),
            config.positive("layers_per_block", 1),
            config.positive("norm_num_groups", 32),
            config.number("scaling_factor", 0.18215),
            config.requiredNumber("shift_factor"));
    result.check(config);
    config.refuseUnknown();
    return result;
  }

  private void check(ComponentConfig config) {
    int blocks = blockOutChannels.size();
    config.requireTexts("down_block_types", Collections.nCopies(blocks, "DownEncoderBlock2D"));
    config.requireTexts("up_block_types", Collections.nCopies(blocks, "UpDecoderBlock2D"));
    for (int channels : blockOutChannels) {
      if (channels % normNumGroups != 0) {
        throw config.bad(
            "block_out_channels",
            blockOutChannels.toString(),
            "multiples of norm_num_groups " + normNumGroups);
      }
    }
    if (scalingFactor == 0) {
      throw config.bad("scaling_factor", "0", "another number than 0");
    }
  }
}
