package io.atelier.image;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_objdetect.FaceRecognizerSF;

/**
 * What tells people apart: the embedding of a face by SFace (Zhong et al. 2021; the ONNX file of
 * OpenCV's model zoo) through OpenCV's {@code FaceRecognizerSF}, which aligns the face by its five
 * landmarks to 112 × 112 first. Two faces are of one person if the cosine is 0.363 or more.
 *
 * <p>Not thread-safe. Open one per thread and close it.
 */
@SuppressWarnings("try") // a PointerScope works by being open
final class SFace implements AutoCloseable {
  private static final int BOX_AND_LANDMARKS = 15;

  private final FaceRecognizerSF model;

  private SFace(FaceRecognizerSF model) {
    this.model = model;
  }

  /**
   * Loads the model.
   *
   * @throws AtelierException {@code BAD_CONFIG} if OpenCV cannot read the file
   */
  static SFace open(Path file) {
    OpenCv.load();
    if (!Files.isRegularFile(file)) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          "There is no identity model " + file + "; see curate.identity_model");
    }
    try (PointerScope scope = new PointerScope()) {
      return new SFace(FaceRecognizerSF.create(file.toString(), "").retainReference());
    } catch (RuntimeException e) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "Cannot read the identity model " + file + " as SFace: " + OpenCv.firstLine(e),
          e);
    }
  }

  /** The embedding of a face, of length 1; empty for one without landmarks. */
  List<Double> embed(Rgb picture, Face face) {
    if (face.landmarks().isEmpty()) {
      return List.of();
    }
    try (PointerScope scope = new PointerScope()) {
      Mat aligned = new Mat();
      Mat feature = new Mat();
      model.alignCrop(OpenCv.bgr(picture), row(face), aligned);
      model.feature(aligned, feature);
      return normalised(feature);
    }
  }

  private static Mat row(Face face) {
    Mat row = new Mat(1, BOX_AND_LANDMARKS, org.bytedeco.opencv.global.opencv_core.CV_32F);
    try (FloatIndexer values = row.createIndexer()) {
      int at = 0;
      for (int side : new int[] {face.x(), face.y(), face.width(), face.height()}) {
        values.put(0, at++, side);
      }
      for (Landmarks.Point point : face.landmarks().orElseThrow().points()) {
        values.put(0, at++, (float) point.x());
        values.put(0, at++, (float) point.y());
      }
      values.put(0, at, 1);
    }
    return row;
  }

  private static List<Double> normalised(Mat feature) {
    List<Double> values = new ArrayList<>();
    double squares = 0;
    try (FloatIndexer raw = feature.createIndexer()) {
      for (int i = 0; i < feature.total(); i++) {
        values.add((double) raw.get(0, i));
        squares += values.get(i) * values.get(i);
      }
    }
    double length = Math.max(Math.sqrt(squares), 1e-12);
    values.replaceAll(value -> value / length);
    return values;
  }

  @Override
  public void close() {
    model.close();
  }
}
