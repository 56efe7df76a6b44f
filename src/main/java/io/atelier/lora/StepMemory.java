package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;

/**
 * How a training step is made to fit into memory. Changes what is learnt by rounding only.
 *
 * @param checkpointing keep the tokens between blocks only and compute every block twice
 * @param photosAtOnce most photos of a batch in one forward pass; the gradients of the parts add up
 *     to those of the whole
 */
public record StepMemory(boolean checkpointing, int photosAtOnce) {

  /** As fast as it goes. */
  public static final StepMemory AMPLE = new StepMemory(false, Integer.MAX_VALUE);

  /** As small as it gets. */
  public static final StepMemory SCARCE = new StepMemory(true, 1);

  /**
   * The fastest way that fits: first without checkpointing, in as large parts as possible, then
   * with. Depends on sizes only, not on what is free at the moment, so that a retry on the same
   * device computes the same bits.
   *
   * @param available bytes that the models and the training may take
   */
  public static StepMemory fitting(StepCost cost, long available) {
    for (boolean checkpointing : new boolean[] {false, true}) {
      for (int photos = cost.batch(); photos >= 1; photos--) {
        if (cost.bytes(checkpointing, photos) <= available) {
          return new StepMemory(checkpointing, photos);
        }
      }
    }
    return SCARCE;
  }

  /** As {@link #parse} reads it. */
  String toText() {
    return checkpointing + " " + photosAtOnce;
  }

  static StepMemory parse(String text) {
    String[] parts = text.split(" ");
    return new StepMemory(Boolean.parseBoolean(parts[0]), Integer.parseInt(parts[1]));
  }

  /** Checks the range. */
  public StepMemory {
    if (photosAtOnce < 1) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG, "photos at once is " + photosAtOnce + ", but must be at least 1");
    }
  }
}
