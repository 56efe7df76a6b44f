package io.atelier.caption;

import io.atelier.image.Metric;
import io.atelier.image.Metrics;
import java.io.Serializable;
import java.util.List;

/**
 * What is known of a photo without a language model.
 *
 * @param className what is in it, as a noun without an article: "man", "dog", "sneaker"
 * @param width upright width in pixels
 * @param height upright height in pixels
 * @param faces number of faces found
 * @param largestFaceShare area of the largest face over that of the picture, 0 to 1
 * @param meanBrightness 0 to 1
 * @param contrast standard deviation of gray, 0 to 0.5
 * @param background name of the dominant colour along the left, right and upper edge
 * @param colors names of the dominant colours, largest share first
 */
public record Attributes(
    String className,
    int width,
    int height,
    int faces,
    double largestFaceShare,
    double meanBrightness,
    double contrast,
    String background,
    List<String> colors)
    implements Serializable {

  /** The attributes of a measured photo. */
  public static Attributes of(String className, Metrics metrics) {
    return new Attributes(
        className,
        metrics.width(),
        metrics.height(),
        metrics.faces().size(),
        metrics.faces().isEmpty() ? 0 : metrics.get(Metric.FACE_SHARE),
        metrics.get(Metric.BRIGHTNESS_MEAN),
        metrics.get(Metric.CONTRAST),
        metrics.background(),
        metrics.colors());
  }
}
