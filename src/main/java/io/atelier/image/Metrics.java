package io.atelier.image;

import java.util.List;

/**
 * Everything measured on the upright pixels of one photo.
 *
 * @param width upright width in pixels
 * @param height upright height in pixels
 * @param pixelSha256 identity of the upright pixels, see {@link Rgb#sha256}
 * @param phash DCT hash, 16 hex digits, convention of imagehash 4
 * @param dhash gradient hash, 16 hex digits
 * @param laplacianVariance texture at full size, from 0
 * @param sharpness focus ratio, NaN for a picture without texture, see {@link Quality#sharpness}
 * @param grayEntropy bits, 0 to 8
 * @param brightnessP99 99th percentile of brightness, 0 to 1
 * @param brightnessP5 5th percentile of brightness, 0 to 1
 * @param meanBrightness 0 to 1
 * @param contrast standard deviation of gray, 0 to 0.5
 * @param faces faces found, largest first
 * @param faceSharpness focus ratio of the largest face, NaN without one
 * @param colors names of the dominant colours, largest share first
 */
public record Metrics(
    int width,
    int height,
    String pixelSha256,
    String phash,
    String dhash,
    double laplacianVariance,
    double sharpness,
    double grayEntropy,
    double brightnessP99,
    double brightnessP5,
    double meanBrightness,
    double contrast,
    List<Face> faces,
    double faceSharpness,
    List<String> colors) {

  /** Area of the largest face over that of the picture, 0 without a face. */
  public double largestFaceShare() {
    return faces.isEmpty() ? 0 : (double) faces.get(0).area() / ((double) width * height);
  }

  /** Shorter side over longer side, above 0 and at most 1. */
  public double aspect() {
    return (double) Math.min(width, height) / Math.max(width, height);
  }
}
