package io.atelier.image;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decodes a photo once and measures everything from that buffer. Bad bytes never throw: they come
 * back with the reason. Whether a photo is good enough is for {@link Rules} to say.
 *
 * <p>Not thread-safe, because its models are not. Open one per thread and close it.
 */
public final class Measurer implements AutoCloseable {
  /** Raised whenever a measurement gives other numbers than before. */
  public static final String VERSION = "5";

  private static final int COLORS = 3;
  private static final int WORKING_SIDE = 512;
  private static final int FACE_SIDE = 256;

  private final long maxPixels;
  private final Optional<FaceDetector> detector;
  private final Optional<SFace> identities;
  private final Optional<Brisque> brisque;

  /**
   * What to measure.
   *
   * @param maxPixels larger pictures are refused by their header, before anything is decoded
   * @param faces whether to look for faces
   * @param faceModel the YuNet model; without it the Haar cascade
   * @param identityModel the SFace model, which needs a face model; without it nobody is told apart
   * @param brisque whether to compute BRISQUE
   */
  public record Options(
      long maxPixels,
      boolean faces,
      Optional<Path> faceModel,
      Optional<Path> identityModel,
      boolean brisque) {}

  private Measurer(Options options) {
    maxPixels = options.maxPixels();
    detector =
        options.faces() ? Optional.of(FaceDetector.open(options.faceModel())) : Optional.empty();
    identities = options.faces() ? options.identityModel().map(SFace::open) : Optional.empty();
    brisque = options.brisque() ? Optional.of(Brisque.open()) : Optional.empty();
  }

  /** Loads OpenCV and the models. */
  public static Measurer open(Options options) {
    return new Measurer(options);
  }

  /** The measurements of one file, or the reason why there are none. */
  public Measured measure(byte[] bytes) {
    Optional<Header> header = Optional.empty();
    try {
      header = Optional.of(Decoder.header(bytes, maxPixels));
      Decoded decoded = Decoder.read(bytes, header.get());
      return new Measured(
          header,
          decoded.orientation(),
          decoded.colorProfile(),
          Optional.of(metrics(decoded.pixels())),
          Optional.empty());
    } catch (RefusedImage refused) {
      header = header.or(refused::header);
      return new Measured(
          header, 1, Optional.empty(), Optional.empty(), Optional.of(refused.reason()));
    }
  }

  /** The measurements of an upright picture. */
  public Metrics metrics(Rgb picture) {
    Tones tones = new Tones(picture);
    Gray gray = tones.gray();
    List<Gray> copies = gray.resize(List.of(gray.shrunk(WORKING_SIDE), Hashes.PHASH, Hashes.DHASH));
    Gray small = copies.get(0);
    Colors colors = Colors.of(picture);
    List<Face> faces = detector.map(found -> found.detect(picture, small)).orElse(List.of());
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    size(picture, values);
    tones(tones, values);
    put(values, Metric.LAPLACIAN_VARIANCE, Quality.laplacianVariance(gray));
    put(values, Metric.TEXTURE, Quality.laplacianVariance(small));
    put(values, Metric.SHARPNESS, Quality.sharpness(small));
    brisque.ifPresent(model -> put(values, Metric.BRISQUE, model.score(small)));
    if (detector.isPresent()) {
      faces(picture, gray, faces, values);
    }
    return new Metrics(
        picture.width(),
        picture.height(),
        picture.sha256(),
        Hashes.phash(copies.get(1)),
        Hashes.dhash(copies.get(2)),
        colors.dominant(COLORS),
        colors.background(),
        faces,
        identity(picture, faces),
        values);
  }

  private static void size(Rgb picture, Map<Metric, Double> values) {
    double shorter = Math.min(picture.width(), picture.height());
    put(values, Metric.SHORT_SIDE, shorter);
    put(values, Metric.ASPECT, shorter / Math.max(picture.width(), picture.height()));
    put(values, Metric.PIXELS, (double) picture.width() * picture.height());
  }

  private static void tones(Tones tones, Map<Metric, Double> values) {
    put(values, Metric.GRAY_ENTROPY, tones.grayEntropy());
    put(values, Metric.CONTRAST, tones.contrast());
    put(values, Metric.RGB_ENTROPY, tones.rgbEntropy());
    put(values, Metric.COLORFULNESS, tones.colorfulness());
    double[] percentiles = tones.percentiles(5, 99);
    put(values, Metric.BRIGHTNESS_MEAN, tones.brightness());
    put(values, Metric.BRIGHTNESS_P5, percentiles[0]);
    put(values, Metric.BRIGHTNESS_P99, percentiles[1]);
  }

  private static void faces(Rgb picture, Gray gray, List<Face> faces, Map<Metric, Double> values) {
    put(values, Metric.FACE_COUNT, faces.size());
    if (faces.isEmpty()) {
      return;
    }
    Face face = faces.get(0);
    double second = faces.size() > 1 ? (double) faces.get(1).area() / face.area() : 0;
    put(values, Metric.FACE_SIDE, Math.min(face.width(), face.height()));
    put(values, Metric.FACE_SHARE, face.area() / values.get(Metric.PIXELS));
    put(values, Metric.FACE_HEIGHT, (double) face.height() / picture.height());
    put(values, Metric.FACE_MARGIN, margin(picture, face));
    put(values, Metric.SECOND_FACE, second);
    Gray crop = gray.crop(face.x(), face.y(), face.width(), face.height());
    double sharpness = Quality.sharpness(crop.shrink(FACE_SIDE));
    // A picture may be empty; a face without texture is out of focus.
    put(values, Metric.FACE_SHARPNESS, Double.isNaN(sharpness) ? 0 : sharpness);
    FaceLight light = FaceLight.of(picture, face);
    put(values, Metric.FACE_OVEREXPOSED, light.overexposed());
    put(values, Metric.FACE_UNDEREXPOSED, light.underexposed());
    put(values, Metric.FACE_EVENNESS, light.evenness());
    face.landmarks()
        .flatMap(points -> HeadPose.of(points, picture.width(), picture.height()))
        .ifPresent(
            pose -> {
              put(values, Metric.FACE_YAW, pose.yaw());
              put(values, Metric.FACE_PITCH, pose.pitch());
            });
  }

  private static double margin(Rgb picture, Face face) {
    double right = picture.width() - face.x() - face.width();
    double bottom = picture.height() - face.y() - face.height();
    double across = Math.min(face.x(), right) / picture.width();
    double down = Math.min(face.y(), bottom) / picture.height();
    return Math.min(across, down);
  }

  private List<Double> identity(Rgb picture, List<Face> faces) {
    return identities.isPresent() && !faces.isEmpty()
        ? identities.get().embed(picture, faces.get(0))
        : List.of();
  }

  /** What could not be measured is left out. */
  private static void put(Map<Metric, Double> values, Metric metric, double value) {
    if (Double.isFinite(value)) {
      values.put(metric, value);
    }
  }

  @Override
  public void close() {
    detector.ifPresent(FaceDetector::close);
    identities.ifPresent(SFace::close);
    brisque.ifPresent(Brisque::close);
  }
}
