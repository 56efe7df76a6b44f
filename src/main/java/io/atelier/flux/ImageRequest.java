package io.atelier.flux;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;

/**
 * One image to make.
 *
 * @param prompt what it shows
 * @param negativePrompt what it should not show, or null; works with {@code trueCfgScale} above 1
 *     and doubles the time
 * @param seed seed of the noise
 * @param width in pixels, a multiple of 16
 * @param height in pixels, a multiple of 16
 * @param steps denoising steps, at least 1
 * @param guidance guidance scale that the transformer embeds; checkpoints without it ignore it
 * @param trueCfgScale scale of classifier-free guidance; 1 is none
 * @param t5Length tokens T5 reads; diffusers takes 512 for dev and 256 for schnell
 */
public record ImageRequest(
    String prompt,
    String negativePrompt,
    long seed,
    int width,
    int height,
    int steps,
    double guidance,
    double trueCfgScale,
    int t5Length) {

  /** Checks the ranges that no checkpoint can widen. */
  public ImageRequest {
    if (prompt == null) {
      throw bad("prompt", "null", "a text, which may be empty");
    }
    require("steps", steps, steps >= 1, "at least 1");
    require("t5Length", t5Length, t5Length >= 1 && t5Length <= 512, "from 1 to 512");
    require("guidance", guidance, guidance >= 0, "at least 0");
    require("trueCfgScale", trueCfgScale, trueCfgScale >= 1, "at least 1");
  }

  /** Whether it needs the second pass with the negative prompt (diffusers' rule). */
  public boolean trueCfg() {
    return negativePrompt != null && trueCfgScale > 1;
  }

  /** Whether it can share a batch with {@code other}. */
  boolean sameShape(ImageRequest other) {
    return width == other.width
        && height == other.height
        && steps == other.steps
        && t5Length == other.t5Length
        && trueCfg() == other.trueCfg();
  }

  private static void require(String name, Number value, boolean holds, String wanted) {
    if (!holds || !Double.isFinite(value.doubleValue())) {
      throw bad(name, value.toString(), wanted);
    }
  }

  private static AtelierException bad(String name, String value, String wanted) {
    return new AtelierException(
        ErrorCode.BAD_INPUT, name + " of an image is " + value + "; it must be " + wanted);
  }
}
