package io.atelier.image;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds faces. Not thread-safe: detectors keep working buffers. Open one per thread, close it. */
public sealed interface FaceDetector extends AutoCloseable permits HaarFaces, YuNetFaces {

  /** YuNet with its model file, else the Haar cascade that OpenCV ships. */
  static FaceDetector open(Optional<Path> yunet) {
    return yunet.isPresent() ? YuNetFaces.open(yunet.get()) : HaarFaces.open();
  }

  /**
   * The faces of a picture, largest first, in its own pixels.
   *
   * @param gray the same picture in gray, of its size or smaller
   */
  List<Face> detect(Rgb picture, Gray gray);

  @Override
  void close();

  /** A fixed order, so that the same picture gives the same row. */
  static List<Face> largestFirst(List<Face> faces) {
    return faces.stream()
        .sorted(
            Comparator.comparingLong(Face::area)
                .reversed()
                .thenComparingInt(Face::x)
                .thenComparingInt(Face::y))
        .toList();
  }
}
