package io.atelier.lora;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TransformerConfig;

/**
 * An estimate, on the high side, of the memory of a training step: above all what the blocks save
 * between the forward and the backward pass.
 */
final class StepCost {
  /**
   * What a block holds for each token and unit of width. Measured as growth of the process over one
   * step of a transformer of 11 blocks, width 512 and 2311 tokens, rank 16: 113 (float32, target
   * set diffusers), 139 (float32, all-blocks), 82 (bfloat16, diffusers).
   */
  private static final long BLOCK_BYTES = 144;

  /** The tokens between two blocks in float32; measured with all of a block's: 34 and 27. */
  private static final long BETWEEN_BYTES = Float.BYTES;

  /** Libraries, workspaces and the optimiser's tensors of a usual adapter. */
  private static final long FIXED_BYTES = 1L << 30;

  private final TransformerConfig model;
  private final long weights;
  private final long tokens;

  /** The cost for one photo of the set's highest resolution. */
  StepCost(FluxTransformer model, TrainingSet set) {
    this.model = model.config();
    weights =
        model.linears().values().stream().mapToLong(linear -> linear.original().nbytes()).sum();
    int last = set.levels() - 1;
    long image =
        set.photos().stream().mapToLong(p -> p.views().get(last).tokens()).max().orElseThrow();
    tokens = image + set.empty().t5().size(0);
  }

  /** Bytes of a step with so many photos at once, the frozen weights included. */
  long bytes(boolean checkpointing, int photos) {
    long width = model.innerDim();
    long blocks = model.numLayers() + model.numSingleLayers();
    long block = BLOCK_BYTES * width * tokens * photos;
    long between = BETWEEN_BYTES * width * tokens * photos;
    return weights + FIXED_BYTES + (checkpointing ? blocks * between + block : blocks * block);
  }
}
