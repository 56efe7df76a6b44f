package io.atelier.sample;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.RectVector;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_objdetect.CascadeClassifier;

/** Finds frontal faces with one of OpenCV's Haar cascades. */
final class Faces implements AutoCloseable {
  private static final String FOLDER = "/org/bytedeco/opencv/linux-x86_64/share/opencv4/";

  private final CascadeClassifier cascade;

  Faces(String name) throws IOException {
    Loader.load(opencv_core.class);
    File file =
        Loader.cacheResource(CascadeClassifier.class, FOLDER + "haarcascades/" + name + ".xml");
    this.cascade = new CascadeClassifier(file.getPath());
  }

  /** How many faces it finds that are at least a fifth of the picture wide. */
  long count(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    try (Mat gray = new Mat(height, width, opencv_core.CV_8UC1);
        RectVector found = new RectVector()) {
      UByteIndexer pixels = gray.createIndexer();
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int rgb = image.getRGB(x, y);
          int luma =
              (19595 * (rgb >> 16 & 255) + 38470 * (rgb >> 8 & 255) + 7471 * (rgb & 255)) >> 16;
          pixels.put(y, x, luma);
        }
      }
      pixels.release();
      opencv_imgproc.equalizeHist(gray, gray);
      int least = Math.min(width, height) / 5;
      cascade.detectMultiScale(gray, found, 1.1, 4, 0, new Size(least, least), new Size());
      return found.size();
    }
  }

  @Override
  public void close() {
    cascade.close();
  }
}
