package io.atelier.image;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.Landmarks.Point;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.bytedeco.opencv.global.opencv_dnn;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.FaceDetectorYN;

/**
 * Faces with five landmarks by YuNet (Wu, Peng, Yu 2023; the ONNX file of OpenCV's model zoo)
 * through OpenCV's {@code FaceDetectorYN}: score 0.9, NMS 0.3, top 5000. YuNet knows faces of about
 * 10 to 300 pixels, so it works on a copy of at most 640 pixels a side; boxes are mapped back.
 */
@SuppressWarnings("try") // a PointerScope works by being open
final class YuNetFaces implements FaceDetector {
  private static final int WORKING_SIDE = 640;
  private static final float SCORE = 0.9f;
  private static final float NMS = 0.3f;
  private static final int TOP_K = 5000;
  private static final int FIRST_LANDMARK = 4;

  private final FaceDetectorYN detector;

  private YuNetFaces(FaceDetectorYN detector) {
    this.detector = detector;
  }

  /**
   * Loads the model.
   *
   * @throws AtelierException {@code BAD_CONFIG} if OpenCV cannot read the file as such a model
   */
  static YuNetFaces open(Path model) {
    OpenCv.load();
    if (!Files.isRegularFile(model)) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND, "There is no face model " + model + "; see curate.face_model");
    }
    try (PointerScope scope = new PointerScope()) {
      FaceDetectorYN detector =
          FaceDetectorYN.create(
              model.toString(),
              "",
              new Size(320, 320),
              SCORE,
              NMS,
              TOP_K,
              opencv_dnn.DNN_BACKEND_OPENCV,
              opencv_dnn.DNN_TARGET_CPU);
      return new YuNetFaces(detector.retainReference());
    } catch (RuntimeException e) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "Cannot read the face model " + model + " as YuNet: " + OpenCv.firstLine(e),
          e);
    }
  }

  @Override
  public List<Face> detect(Rgb picture, Gray gray) {
    Rgb small = Thumbnails.shrink(picture, WORKING_SIDE);
    double sx = (double) picture.width() / small.width();
    double sy = (double) picture.height() / small.height();
    try (PointerScope scope = new PointerScope()) {
      detector.setInputSize(new Size(small.width(), small.height()));
      Mat found = new Mat();
      detector.detect(OpenCv.bgr(small), found);
      return found.empty() ? List.of() : faces(found, sx, sy);
    }
  }

  private static List<Face> faces(Mat found, double sx, double sy) {
    List<Face> faces = new ArrayList<>();
    try (FloatIndexer rows = found.createIndexer()) {
      for (int i = 0; i < found.rows(); i++) {
        List<Point> points = new ArrayList<>();
        for (int p = FIRST_LANDMARK; p < FIRST_LANDMARK + 10; p += 2) {
          points.add(new Point(rows.get(i, p), rows.get(i, p + 1)).scaled(sx, sy));
        }
        faces.add(
            new Face(
                (int) Math.round(rows.get(i, 0) * sx),
                (int) Math.round(rows.get(i, 1) * sy),
                (int) Math.round(rows.get(i, 2) * sx),
                (int) Math.round(rows.get(i, 3) * sy),
                Optional.of(Landmarks.of(points))));
      }
    }
    return FaceDetector.largestFirst(faces);
  }

  @Override
  public void close() {
    detector.close();
  }
}
