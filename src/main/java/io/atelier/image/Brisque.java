package io.atelier.image;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.File;
import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_quality.QualityBRISQUE;

/**
 * Distortion without a reference (Mittal, Moorthy, Bovik 2012) as OpenCV's quality module computes
 * it, with the model that OpenCV ships, trained on the LIVE database: 0 natural to 100 badly
 * distorted. It is taken at a long side of at most 512, about the size of the pictures of LIVE.
 *
 * <p>Not thread-safe. Open one per thread and close it.
 */
@SuppressWarnings("try") // a PointerScope works by being open
final class Brisque implements AutoCloseable {
  private static final int SIDE = 512;
  private static final int LEAST_SIDE = 32;

  private final QualityBRISQUE model;

  private Brisque(QualityBRISQUE model) {
    this.model = model;
  }

  /** Loads the model from the class path. */
  static Brisque open() {
    OpenCv.load();
    try (PointerScope scope = new PointerScope()) {
      QualityBRISQUE model =
          QualityBRISQUE.create(file("brisque_model_live.yml"), file("brisque_range_live.yml"));
      return new Brisque(model.retainReference());
    }
  }

  private static String file(String name) {
    String resource =
        "/org/bytedeco/opencv/" + Loader.getPlatform() + "/share/opencv4/quality/" + name;
    try {
      File file = Loader.cacheResource(resource);
      if (file != null) {
        return file.getPath();
      }
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.INTERNAL, "Cannot unpack the BRISQUE model " + resource + ": " + e, e);
    }
    throw new AtelierException(
        ErrorCode.INTERNAL,
        "Cannot load the BRISQUE model " + resource + "; add OpenCV's natives for this platform");
  }

  /** The score of a picture; NaN for one too small or too flat to have statistics. */
  double score(Gray gray) {
    Gray small = gray.shrink(SIDE);
    boolean flat = Quality.laplacianVariance(small) == 0;
    if (flat || Math.min(small.width(), small.height()) < LEAST_SIDE) {
      return Double.NaN;
    }
    try (PointerScope scope = new PointerScope()) {
      return model.compute(OpenCv.mat(small)).get(0);
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
