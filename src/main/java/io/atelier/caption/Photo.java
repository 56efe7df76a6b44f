package io.atelier.caption;

import io.atelier.image.Rgb;
import java.util.function.Supplier;

/**
 * What a captioner gets of a photo.
 *
 * @param attributes what was measured
 * @param prompt what a model is asked; see {@link CaptionerConfig#prompt(String)}
 * @param pixels decodes the photo; called by those captioners that look at it
 */
public record Photo(Attributes attributes, String prompt, Supplier<Rgb> pixels) {}
