package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;

/**
 * How the noise level of a training sample is drawn. Those with {@code flux-shift} are then moved
 * towards noise by the picture's token count, as the sampler's levels are.
 */
public enum SigmaSampling {
  /** Each of 0.001, 0.002, … 1 is equally likely: diffusers' weighting scheme {@code none}. */
  UNIFORM("uniform", false, false),

  /** {@link #UNIFORM}, shifted. */
  UNIFORM_FLUX_SHIFT("uniform+flux-shift", false, true),

  /**
   * {@code sigmoid(n)} with n standard normal: mid levels are likelier (Esser et al., Scaling
   * Rectified Flow Transformers, 2024); the {@code sigmoid} of sd-scripts and ai-toolkit.
   */
  LOGIT_NORMAL("logit-normal", true, false),

  /** {@link #LOGIT_NORMAL}, shifted: sd-scripts' {@code flux_shift}. */
  LOGIT_NORMAL_FLUX_SHIFT("logit-normal+flux-shift", true, true);

  private final String text;
  private final boolean logitNormal;
  private final boolean shifted;

  SigmaSampling(String text, boolean logitNormal, boolean shifted) {
    this.text = text;
    this.logitNormal = logitNormal;
    this.shifted = shifted;
  }

  /** Reads {@code uniform} or {@code logit-normal}, with or without {@code +flux-shift}. */
  public static SigmaSampling parse(String text) {
    for (SigmaSampling sampling : values()) {
      if (sampling.text.equals(text)) {
        return sampling;
      }
    }
    throw new AtelierException(
        ErrorCode.BAD_CONFIG,
        "sigma sampling '"
            + text
            + "' is not known; use uniform or logit-normal, with or without +flux-shift");
  }

  boolean logitNormal() {
    return logitNormal;
  }

  boolean shifted() {
    return shifted;
  }

  /** The name that {@link #parse} reads. */
  @Override
  public String toString() {
    return text;
  }
}
