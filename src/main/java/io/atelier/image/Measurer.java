package io.atelier.image;

import java.util.List;
import java.util.Optional;

/**
 * Measures and judges photos. Bad bytes never throw: they come back as a verdict with the reason.
 *
 * <p>Not thread-safe, because its face detector is not. Open one per thread and close it.
 */
public final class Measurer implements AutoCloseable {
  private static final int COLORS = 3;
  private static final int FACE_SIDE = 256;

  private final FaceDetector detector;

  private Measurer(FaceDetector detector) {
    this.detector = detector;
  }

  /** Loads OpenCV and the face cascade. */
  public static Measurer open() {
    return new Measurer(FaceDetector.open());
  }

  /** The verdict on one file: measurements where it can be decoded, and every reason against it. */
  public Measured measure(byte[] bytes, Rules rules) {
    Optional<Header> header = Optional.empty();
    Decoded decoded;
    try {
      header = Optional.of(Decoder.header(bytes, rules.size().maxPixels()));
      decoded = Decoder.read(bytes, header.get());
    } catch (RefusedImage refused) {
      return verdict(bytes, header, 1, Optional.empty(), List.of(refused.reason()));
    }
    Metrics metrics = metrics(decoded.pixels());
    List<Reason> reasons = Judge.reasons(metrics, rules);
    return verdict(bytes, header, decoded.orientation(), Optional.of(metrics), reasons);
  }

  /** The measurements of an upright picture. */
  public Metrics metrics(Rgb picture) {
    Gray gray = picture.gray();
    Brightness brightness = new Brightness(picture);
    List<Face> faces = detector.detect(gray);
    return new Metrics(
        picture.width(),
        picture.height(),
        picture.sha256(),
        Hashes.phash(gray),
        Hashes.dhash(gray),
        Quality.laplacianVariance(gray),
        Quality.sharpness(gray),
        Quality.entropy(gray),
        brightness.percentile(99),
        brightness.percentile(5),
        brightness.mean(),
        Quality.contrast(gray),
        faces,
        faceSharpness(gray, faces),
        Colors.dominant(picture, COLORS));
  }

  private static double faceSharpness(Gray gray, List<Face> faces) {
    if (faces.isEmpty()) {
      return Double.NaN;
    }
    Face face = faces.get(0);
    return Quality.sharpness(gray.crop(face.x(), face.y(), face.width(), face.height()), FACE_SIDE);
  }

  private static Measured verdict(
      byte[] bytes,
      Optional<Header> header,
      int orientation,
      Optional<Metrics> metrics,
      List<Reason> reasons) {
    return new Measured(Sha256.of(bytes), bytes.length, header, orientation, metrics, reasons);
  }

  @Override
  public void close() {
    detector.close();
  }
}
