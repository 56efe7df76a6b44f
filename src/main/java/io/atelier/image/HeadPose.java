package io.atelier.image;

import io.atelier.image.Landmarks.Point;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.bytedeco.opencv.global.opencv_calib3d;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Which way a head is turned, from five landmarks: the rotation under which a mean face projects
 * onto them (perspective-n-point, Terzakis and Lourakis 2020, {@code SOLVEPNP_SQPNP}), seen by a
 * camera whose focal length is the picture's longer side. Good to about 10 degrees.
 *
 * @param yaw degrees to a side, positive to the picture's right
 * @param pitch degrees up or down, positive down
 */
@SuppressWarnings("try") // a PointerScope works by being open
record HeadPose(double yaw, double pitch) {
  /** Mean positions in millimetres around the nose tip: x right, y down, z away from the camera. */
  private static final double[] MEAN_FACE = {
    -31.5, -33.5, 27, 31.5, -33.5, 27, 0, 0, 0, -24.5, 30, 22, 24.5, 30, 22
  };

  /** The pose, unless the points are degenerate. */
  static Optional<HeadPose> of(Landmarks landmarks, int width, int height) {
    try (PointerScope scope = new PointerScope()) {
      Mat rotation = new Mat();
      Mat vector = new Mat();
      boolean solved =
          opencv_calib3d.solvePnP(
              matrix(5, 3, MEAN_FACE),
              matrix(5, 2, flat(landmarks.points())),
              camera(width, height),
              new Mat(),
              vector,
              new Mat(),
              false,
              opencv_calib3d.SOLVEPNP_SQPNP);
      if (!solved) {
        return Optional.empty();
      }
      opencv_calib3d.Rodrigues(vector, rotation);
      return Optional.of(ofRotation(rotation));
    }
  }

  /** From where the face's axis, which points at the camera when frontal, points. */
  private static HeadPose ofRotation(Mat rotation) {
    try (DoubleIndexer r = rotation.createIndexer()) {
      double x = -r.get(0, 2);
      double y = -r.get(1, 2);
      double z = -r.get(2, 2);
      return new HeadPose(
          Math.toDegrees(Math.atan2(x, -z)), Math.toDegrees(Math.atan2(y, Math.hypot(x, z))));
    }
  }

  private static Mat camera(int width, int height) {
    double focal = Math.max(width, height);
    return matrix(3, 3, focal, 0, width / 2.0, 0, focal, height / 2.0, 0, 0, 1);
  }

  private static double[] flat(List<Point> points) {
    return points.stream()
        .flatMapToDouble(point -> java.util.stream.DoubleStream.of(point.x(), point.y()))
        .toArray();
  }

  private static Mat matrix(int rows, int columns, double... values) {
    Mat matrix = new Mat(rows, columns, opencv_core.CV_64F);
    try (DoubleIndexer cells = matrix.createIndexer()) {
      for (int i = 0; i < values.length; i++) {
        cells.put(i / columns, i % columns, values[i]);
      }
    }
    return matrix;
  }
}
