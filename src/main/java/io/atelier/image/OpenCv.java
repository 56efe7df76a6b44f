package io.atelier.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** The few calls into OpenCV; all native memory is released before a call returns. */
@SuppressWarnings("try") // a PointerScope works by being open
final class OpenCv {
  static {
    // One picture a task, many tasks a machine: OpenCV's own threads would only fight over cores.
    opencv_core.setNumThreads(1);
  }

  private OpenCv() {}

  /** Loads the native library and makes its settings; harmless to repeat. */
  static void load() {}

  /** Decodes as stored: no turning, no conversion of depth or channels. Empty when it cannot. */
  static Mat decode(byte[] file) {
    return decode(file, opencv_imgcodecs.IMREAD_UNCHANGED);
  }

  /** Decodes to 8 bits of red, green and blue, without turning. Empty when it cannot. */
  static Mat decodeRgb(byte[] file) {
    int flags = opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
    return decode(file, flags);
  }

  private static Mat decode(byte[] file, int flags) {
    try (PointerScope scope = new PointerScope()) {
      Mat encoded = new Mat(1, file.length, opencv_core.CV_8UC1, new BytePointer(file));
      return opencv_imgcodecs.imdecode(encoded, flags).retainReference();
    }
  }

  /** Encodes as JPEG, quality 0 to 100. */
  static byte[] jpeg(Rgb picture, int quality) {
    return encode(picture, ".jpg", opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality);
  }

  /** Encodes as PNG. */
  static byte[] png(Rgb picture) {
    return encode(picture, ".png", opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, 6);
  }

  private static byte[] encode(Rgb picture, String extension, int option, int value) {
    try (PointerScope scope = new PointerScope()) {
      Mat mat = bgr(picture);
      BytePointer out = new BytePointer();
      boolean done =
          opencv_imgcodecs.imencode(
              new BytePointer(extension), mat, out, new IntPointer(option, value));
      if (!done) {
        throw new IllegalStateException("OpenCV cannot encode " + extension);
      }
      byte[] bytes = new byte[Math.toIntExact(out.limit())];
      out.get(bytes);
      return bytes;
    }
  }

  /** Gaussian blur, 9 × 9, sigma 2, borders reflected, rounded to 8 bits. */
  static Gray blur(Gray gray) {
    try (PointerScope scope = new PointerScope()) {
      Mat in = mat(gray);
      Mat out = new Mat();
      opencv_imgproc.GaussianBlur(in, out, new Size(9, 9), 2);
      byte[] bytes = new byte[gray.bytes().length];
      out.data().get(bytes);
      return new Gray(bytes, gray.width(), gray.height());
    }
  }

  /** A copy of a gray picture in native memory. */
  static Mat mat(Gray gray) {
    return new Mat(gray.height(), gray.width(), opencv_core.CV_8UC1, new BytePointer(gray.bytes()));
  }

  /** A copy of a picture in native memory, blue first as OpenCV wants it. */
  static Mat bgr(Rgb picture) {
    return new Mat(
        picture.height(),
        picture.width(),
        opencv_core.CV_8UC3,
        new BytePointer(swapped(picture.bytes())));
  }

  /** What OpenCV says of a failure, without the place in its source. */
  static String firstLine(RuntimeException failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("").strip();
  }

  private static byte[] swapped(byte[] rgb) {
    byte[] bgr = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i += 3) {
      bgr[i] = rgb[i + 2];
      bgr[i + 1] = rgb[i + 1];
      bgr[i + 2] = rgb[i];
    }
    return bgr;
  }
}
