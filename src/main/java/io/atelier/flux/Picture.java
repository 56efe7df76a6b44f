package io.atelier.flux;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * An 8-bit RGB image.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb rows from top to bottom, three bytes a pixel
 */
public record Picture(int width, int height, byte[] rgb) {
  private static final int PNG_LEVEL = 6;

  /** Checks that the bytes fill the size. */
  public Picture {
    if (rgb.length != 3 * width * height) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          rgb.length + " bytes are no RGB image of " + width + " x " + height + " pixels");
    }
  }

  /** The image as a PNG file without metadata; equal images give equal bytes. */
  public byte[] png() {
    try (PointerScope scope = new PointerScope()) {
      Mat image = new Mat(height, width, opencv_core.CV_8UC3, new BytePointer(rgb));
      Mat bgr = new Mat();
      opencv_imgproc.cvtColor(image, bgr, opencv_imgproc.COLOR_RGB2BGR);
      BytePointer file = new BytePointer();
      IntPointer settings = new IntPointer(opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, PNG_LEVEL);
      if (!opencv_imgcodecs.imencode(".png", bgr, file, settings)) {
        throw new AtelierException(
            ErrorCode.INTERNAL,
            "OpenCV could not encode a PNG of " + width + " x " + height + " pixels");
      }
      byte[] bytes = new byte[(int) file.limit()];
      file.get(bytes);
      return bytes;
    }
  }
}
