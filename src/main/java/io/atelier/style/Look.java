package io.atelier.style;

import java.util.List;

/**
 * One look of a style pack: a prompt and how it is rendered.
 *
 * @param name unique in its pack; lower-case letters, digits, "-" and "_"
 * @param prompt template with {@code {trigger}} once and {@code {class}} where wanted
 * @param negative what the picture should not show; empty for none, needs trueCfg above 1
 * @param guidance the distilled guidance that FLUX.1 dev embeds, 0 to 30
 * @param trueCfg scale of classifier-free guidance, 1 (off) to 20; above 1 it doubles the time
 * @param steps denoising steps, 1 to 100
 * @param width pixels, a multiple of 16
 * @param height pixels, a multiple of 16
 * @param seeds one picture for each, 0 to 2^32 − 1
 */
public record Look(
    String name,
    String prompt,
    String negative,
    double guidance,
    double trueCfg,
    int steps,
    int width,
    int height,
    List<Long> seeds) {

  public Look {
    seeds = List.copyOf(seeds);
  }

  /** The prompt for a subject. */
  public String prompt(String trigger, String className) {
    return prompt.replace("{trigger}", trigger).replace("{class}", className);
  }
}
