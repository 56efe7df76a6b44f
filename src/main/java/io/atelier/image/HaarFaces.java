package io.atelier.image;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.RectVector;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.CascadeClassifier;

/**
 * Frontal faces by Haar cascade (Viola and Jones 2001), with the cascade that OpenCV ships: no
 * model file to fetch, no GPU. It misses profiles and faces turned by more than about 20 degrees.
 *
 * <p>Not thread-safe: a cascade keeps its working buffers. Open one per thread and close it.
 */
@SuppressWarnings("try") // a PointerScope works by being open
final class HaarFaces implements FaceDetector {
  private static final String CASCADE = "haarcascade_frontalface_alt2.xml";

  /**
   * The second is looked at where no face was found, or one so small that somebody beside it could
   * have been missed. The measurer has a copy of that size at hand; 20 of its pixels are 156 of
   * 4000.
   */
  private static final int[] WORKING_SIDES = {320, 512};

  private static final double SCALE_STEP = 1.1;
  private static final int MIN_NEIGHBORS = 4;
  private static final int[] MIN_SIDES = {24, 20};

  private final CascadeClassifier cascade;

  private HaarFaces(CascadeClassifier cascade) {
    this.cascade = cascade;
  }

  /**
   * Loads the cascade from the class path.
   *
   * @throws AtelierException with {@code INTERNAL} when the natives for this platform are missing
   */
  static HaarFaces open() {
    OpenCv.load();
    String resource =
        "/org/bytedeco/opencv/" + Loader.getPlatform() + "/share/opencv4/haarcascades/" + CASCADE;
    try (PointerScope scope = new PointerScope()) {
      File file = Loader.cacheResource(resource);
      CascadeClassifier cascade = file == null ? null : new CascadeClassifier(file.getPath());
      if (cascade == null || cascade.empty()) {
        throw new AtelierException(
            ErrorCode.INTERNAL,
            "Cannot load the face cascade "
                + resource
                + "; add OpenCV's natives for this platform");
      }
      return new HaarFaces(cascade.retainReference());
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.INTERNAL, "Cannot unpack the face cascade " + resource + ": " + e, e);
    }
  }

  /** Works on a copy of at most 320 pixels a side and, if that shows no large face, of 512. */
  @Override
  public List<Face> detect(Rgb picture, Gray gray) {
    List<Face> faces = detect(picture, gray, WORKING_SIDES[0], MIN_SIDES[0]);
    int longer = Math.max(gray.width(), gray.height());
    if (longer <= WORKING_SIDES[0] || isLarge(faces, (double) longer / WORKING_SIDES[0])) {
      return faces;
    }
    List<Face> closer = detect(picture, gray, WORKING_SIDES[1], MIN_SIDES[1]);
    return closer.isEmpty() ? faces : closer;
  }

  /** Whether any face that counts beside the largest, of half its height, would have been found. */
  private static boolean isLarge(List<Face> faces, double scale) {
    return !faces.isEmpty() && faces.get(0).height() >= 2 * MIN_SIDES[0] * scale;
  }

  private List<Face> detect(Rgb picture, Gray gray, int side, int least) {
    Gray small = gray.shrink(side);
    if (Math.min(small.width(), small.height()) < least) {
      return List.of();
    }
    try (PointerScope scope = new PointerScope()) {
      Mat even = new Mat();
      opencv_imgproc.equalizeHist(OpenCv.mat(small), even);
      RectVector found = new RectVector();
      cascade.detectMultiScale(
          even, found, SCALE_STEP, MIN_NEIGHBORS, 0, new Size(least, least), new Size(0, 0));
      return upscaled(found, picture, small);
    }
  }

  private static List<Face> upscaled(RectVector found, Rgb picture, Gray small) {
    double sx = (double) picture.width() / small.width();
    double sy = (double) picture.height() / small.height();
    List<Face> faces = new ArrayList<>();
    for (long i = 0; i < found.size(); i++) {
      Rect box = found.get(i);
      faces.add(
          new Face(
              (int) (box.x() * sx),
              (int) (box.y() * sy),
              (int) (box.width() * sx),
              (int) (box.height() * sy)));
    }
    return FaceDetector.largestFirst(faces);
  }

  @Override
  public void close() {
    cascade.close();
  }
}
