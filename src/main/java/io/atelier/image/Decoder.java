package io.atelier.image;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.Optional;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Bytes of a JPEG, PNG, WebP, TIFF or BMP file to upright 8-bit RGB.
 *
 * <p>The order is: magic number, header, size limit, completeness, and only then the native
 * decoder. Gray becomes three equal channels, 16 bits keep their high byte, alpha is laid over
 * white. Whatever colour space the file names, wide gamut or CMYK, is converted to sRGB; a file
 * that names none is taken for sRGB.
 */
public final class Decoder {
  private Decoder() {}

  /**
   * Decodes a photo that was measured before.
   *
   * @param maxPixels refused above this, before any memory is reserved
   * @throws AtelierException with {@code BAD_INPUT} for every reason of the reading stage
   */
  public static Decoded decode(byte[] bytes, long maxPixels) {
    try {
      return read(bytes, header(bytes, maxPixels));
    } catch (RefusedImage refused) {
      String problem =
          "Cannot decode an image of " + bytes.length + " bytes: " + refused.reason().code();
      throw new AtelierException(
          ErrorCode.BAD_INPUT, problem + "; " + refused.getMessage(), refused);
    }
  }

  static Header header(byte[] bytes, long maxPixels) throws RefusedImage {
    if (bytes.length == 0) {
      throw new RefusedImage(ReasonCode.EMPTY);
    }
    ImageFormat format =
        ImageFormat.of(bytes).orElseThrow(() -> new RefusedImage(ReasonCode.UNSUPPORTED_FORMAT));
    Header header =
        switch (format) {
          case JPEG -> JpegFile.header(bytes);
          case PNG -> PngFile.header(bytes);
          case WEBP -> WebpFile.header(bytes);
          case TIFF -> TiffFile.header(bytes);
          case BMP -> BmpFile.header(bytes);
          case GIF, HEIC, AVIF, JPEG_XL, JPEG_2000, PDF, BIG_TIFF -> throw unsupported(format);
        };
    if (header.pixels() > maxPixels) {
      throw new RefusedImage(
          Reason.reject(ReasonCode.PIXEL_BOMB, (double) header.pixels(), (double) maxPixels),
          header);
    }
    return header;
  }

  static Decoded read(byte[] bytes, Header header) throws RefusedImage {
    requireComplete(bytes, header.format());
    int orientation = Orientation.of(bytes, header.format());
    Optional<ColorProfile> profile = profile(bytes, header.format());
    Colored stored =
        header.isCmyk() ? cmyk(bytes, header, profile) : pixels(bytes, header, profile);
    Rgb upright = Orientation.apply(stored.pixels(), orientation);
    return new Decoded(header, orientation, stored.profile().map(ColorProfile::name), upright);
  }

  /** A picture in sRGB and the profile it was converted from, if that took a conversion. */
  private record Colored(Rgb pixels, Optional<ColorProfile> profile) {}

  private static Optional<ColorProfile> profile(byte[] bytes, ImageFormat format)
      throws RefusedImage {
    Optional<byte[]> icc =
        switch (format) {
          case JPEG -> JpegFile.profile(bytes);
          case PNG -> PngFile.profile(bytes);
          case WEBP -> WebpFile.profile(bytes);
          case TIFF -> TiffFile.profile(bytes);
          default -> Optional.empty();
        };
    return icc.flatMap(ColorProfile::of);
  }

  private static Colored cmyk(byte[] bytes, Header header, Optional<ColorProfile> profile)
      throws RefusedImage {
    Optional<ColorProfile> fitting = profile.filter(p -> p.channels() == 4);
    return new Colored(Cmyk.decode(bytes, header, fitting), fitting);
  }

  private static RefusedImage unsupported(ImageFormat format) {
    return new RefusedImage(
        ReasonCode.UNSUPPORTED_FORMAT,
        "The file is a " + format.title() + "; send it as JPEG, PNG or WebP.");
  }

  private static void requireComplete(byte[] bytes, ImageFormat format) throws RefusedImage {
    switch (format) {
      case JPEG -> {
        JpegFile.requireComplete(bytes);
        JpegData.requireWhole(bytes);
      }
      case PNG -> PngFile.requireComplete(bytes);
      case WEBP -> WebpFile.requireComplete(bytes);
      case TIFF -> TiffFile.requireComplete(bytes);
      default -> BmpFile.requireComplete(bytes);
    }
  }

  private static Colored pixels(byte[] bytes, Header header, Optional<ColorProfile> profile)
      throws RefusedImage {
    try (Mat mat = mat(bytes, header)) {
      if (mat.empty() || mat.cols() != header.width() || mat.rows() != header.height()) {
        throw new RefusedImage(ReasonCode.CORRUPT);
      }
      byte[] rgb = isColorJpeg(header) ? samples(mat) : rgb(mat);
      return toSrgb(rgb, header, mat.channels() == 1, profile);
    }
  }

  private static Mat mat(byte[] bytes, Header header) throws RefusedImage {
    try {
      if (header.format() == ImageFormat.TIFF) {
        return OpenCv.decode(TiffFile.withoutOrientation(bytes));
      }
      return isColorJpeg(header) ? OpenCv.decodeRgb(bytes) : OpenCv.decode(bytes);
    } catch (RuntimeException failed) {
      throw new RefusedImage(ReasonCode.CORRUPT);
    }
  }

  private static boolean isColorJpeg(Header header) {
    return header.format() == ImageFormat.JPEG && header.channels() == 3;
  }

  private static byte[] samples(Mat mat) {
    byte[] samples = new byte[Math.toIntExact(mat.total() * mat.elemSize())];
    mat.data().get(samples);
    return samples;
  }

  private static byte[] rgb(Mat mat) throws RefusedImage {
    byte[] rgb = new byte[Math.toIntExact(3L * mat.cols() * mat.rows())];
    Rows rows = rows(mat);
    byte[] row = new byte[mat.cols() * mat.channels()];
    for (int to = 0; to < rgb.length; to += 3 * mat.cols()) {
      rows.next(row);
      put(row, mat.channels(), rgb, to);
    }
    return rgb;
  }

  /** A profile for another kind of picture than this one is the file's mistake and is ignored. */
  private static Colored toSrgb(
      byte[] rgb, Header header, boolean gray, Optional<ColorProfile> profile) {
    Optional<ColorProfile> fitting = profile.filter(p -> p.channels() == (gray ? 1 : 3));
    byte[] converted =
        fitting
            .map(p -> p.toSrgb(gray ? red(rgb) : rgb, header.width(), header.height()))
            .orElse(rgb);
    return new Colored(new Rgb(converted, header.width(), header.height()), fitting);
  }

  private static byte[] red(byte[] rgb) {
    byte[] red = new byte[rgb.length / 3];
    for (int i = 0; i < red.length; i++) {
      red[i] = rgb[3 * i];
    }
    return red;
  }

  /** The next row of samples, as 8 bits each. */
  private interface Rows {
    void next(byte[] row);
  }

  private static Rows rows(Mat mat) throws RefusedImage {
    boolean readable = mat.channels() == 1 || mat.channels() == 3 || mat.channels() == 4;
    if (readable && mat.depth() == opencv_core.CV_8U) {
      ByteBuffer buffer = mat.createBuffer();
      return row -> buffer.get(row);
    }
    if (readable && mat.depth() == opencv_core.CV_16U) {
      ShortBuffer buffer = mat.createBuffer();
      return row -> {
        for (int i = 0; i < row.length; i++) {
          row[i] = (byte) (buffer.get() >> 8);
        }
      };
    }
    throw new RefusedImage(ReasonCode.UNSUPPORTED_COLOR);
  }

  /** Writes a row as RGB from a position on; OpenCV's order is blue first. */
  private static void put(byte[] row, int channels, byte[] rgb, int start) {
    int red = channels == 1 ? 0 : 2;
    int green = channels == 1 ? 0 : 1;
    int to = start;
    for (int i = 0; i < row.length; i += channels) {
      rgb[to++] = row[i + red];
      rgb[to++] = row[i + green];
      rgb[to++] = row[i];
      if (channels == 4) {
        layOverWhite(rgb, to - 3, row[i + 3] & 0xFF);
      }
    }
  }

  private static void layOverWhite(byte[] rgb, int at, int alpha) {
    for (int c = at; c < at + 3; c++) {
      rgb[c] = (byte) (((rgb[c] & 0xFF) * alpha + 255 * (255 - alpha) + 127) / 255);
    }
  }
}
