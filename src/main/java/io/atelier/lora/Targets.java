package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which linear layers of the transformer get an adapter. Counts are those of the full-size FLUX.1
 * transformer with its 19 double and 38 single blocks. No set reaches the layers outside the
 * blocks: the sd-scripts format cannot carry them into diffusers.
 */
public enum Targets {
  /** Attention of the image stream: 190 layers. */
  ATTENTION("attention", Suffixes.IMAGE_ATTENTION, Suffixes.SINGLE_ATTENTION),

  /** Attention of both streams: 266 layers. */
  ATTENTION_TEXT(
      "attention+text",
      Suffixes.IMAGE_ATTENTION + "|" + Suffixes.TEXT_ATTENTION,
      Suffixes.SINGLE_ATTENTION),

  /** What diffusers' FLUX.1 training script takes, attention and double-block MLPs: 342 layers. */
  DIFFUSERS(
      "diffusers",
      Suffixes.IMAGE_ATTENTION + "|" + Suffixes.TEXT_ATTENTION + "|" + Suffixes.MLP,
      Suffixes.SINGLE_ATTENTION),

  /** Every linear layer inside a block, modulation included: 494 layers. */
  ALL_BLOCKS("all-blocks", ".+", ".+");

  private final String text;
  private final Pattern modules;

  Targets(String text, String doubleBlock, String singleBlock) {
    this.text = text;
    this.modules =
        Pattern.compile(
            "transformer_blocks\\.\\d+\\.("
                + doubleBlock
                + ")"
                + "|single_transformer_blocks\\.\\d+\\.("
                + singleBlock
                + ")");
  }

  /** Reads {@code attention}, {@code attention+text}, {@code diffusers} or {@code all-blocks}. */
  public static Targets parse(String text) {
    for (Targets targets : values()) {
      if (targets.text.equals(text)) {
        return targets;
      }
    }
    throw new AtelierException(
        ErrorCode.BAD_CONFIG,
        "target set '"
            + text
            + "' is not known; use attention, attention+text, diffusers or all-blocks");
  }

  /**
   * Those of a transformer's linear layers that are in this set, sorted.
   *
   * @param linears diffusers' module names, for example {@code transformer_blocks.0.attn.to_q}
   */
  public List<String> select(Collection<String> linears) {
    return linears.stream().filter(name -> modules.matcher(name).matches()).sorted().toList();
  }

  /** The name that {@link #parse} reads. */
  @Override
  public String toString() {
    return text;
  }

  private static final class Suffixes {
    static final String IMAGE_ATTENTION = "attn\\.(to_q|to_k|to_v|to_out\\.0)";
    static final String TEXT_ATTENTION = "attn\\.(add_q_proj|add_k_proj|add_v_proj|to_add_out)";
    static final String MLP = "(ff|ff_context)\\.net\\.(0\\.proj|2)";
    static final String SINGLE_ATTENTION = "attn\\.(to_q|to_k|to_v)";

    private Suffixes() {}
  }
}
