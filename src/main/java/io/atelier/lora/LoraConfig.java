package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.Serializable;

/**
 * The shape of an adapter to train.
 *
 * @param rank columns of B and rows of A, 1 to 1024
 * @param alpha strength before training; the branch is scaled by {@code alpha / rank}
 * @param targets which linear layers get a branch
 */
public record LoraConfig(int rank, double alpha, Targets targets) implements Serializable {

  /** Rank 16, alpha 16, diffusers' target set: 90 MB in 16 bit at full size. */
  public static final LoraConfig DEFAULT = new LoraConfig(16, 16, Targets.DIFFUSERS);

  /** Checks the ranges. */
  public LoraConfig {
    if (rank < 1 || rank > 1024) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG, "LoRA rank is " + rank + ", but must be from 1 to 1024");
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG, "LoRA alpha is " + alpha + ", but must be a number above 0");
    }
  }

  /** What the branch's output is multiplied by. */
  public double scale() {
    return alpha / rank;
  }
}
