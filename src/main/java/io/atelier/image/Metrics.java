package io.atelier.image;

import java.util.List;
import java.util.Map;

/**
 * Everything measured on the upright pixels of one photo.
 *
 * @param width upright width in pixels
 * @param height upright height in pixels
 * @param pixelSha256 identity of the upright pixels, see {@link Rgb#sha256}
 * @param phash DCT hash, 16 hex digits, convention of imagehash 4
 * @param dhash gradient hash, 16 hex digits
 * @param colors names of the dominant colours, largest share first
 * @param background name of the dominant colour along the picture's left, right and upper edge
 * @param faces faces found, largest first; empty also if they were not looked for
 * @param identity what an identity model says of the largest face, normalised to length 1; empty
 *     without such a model or a face
 * @param values the numbers; one that could not be measured is not there
 */
public record Metrics(
    int width,
    int height,
    String pixelSha256,
    String phash,
    String dhash,
    List<String> colors,
    String background,
    List<Face> faces,
    List<Double> identity,
    Map<Metric, Double> values) {

  public Metrics {
    colors = List.copyOf(colors);
    faces = List.copyOf(faces);
    identity = List.copyOf(identity);
    values = Map.copyOf(values);
  }

  /** One number; NaN if it was not measured. */
  public double get(Metric metric) {
    return values.getOrDefault(metric, Double.NaN);
  }
}
