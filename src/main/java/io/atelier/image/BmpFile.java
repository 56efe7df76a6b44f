package io.atelier.image;

/** The headers of a Windows bitmap. */
final class BmpFile {
  private static final int UNCOMPRESSED = 0;

  private BmpFile() {}

  static Header header(byte[] data) throws RefusedImage {
    Bytes bytes = new Bytes(data);
    if (bytes.u32(14, true) < 40) {
      throw new RefusedImage(
          ReasonCode.UNSUPPORTED_FORMAT, "The file is no BMP image of this century.");
    }
    int width = (int) bytes.u32(18, true);
    // A negative height only says that rows run from the top.
    long height = Math.abs((long) (int) bytes.u32(22, true));
    int bits = bytes.u16(28, true);
    if (width <= 0 || height == 0 || height > Integer.MAX_VALUE) {
      throw new RefusedImage(ReasonCode.CORRUPT);
    }
    int channels = bits <= 8 ? 1 : bits == 32 ? 4 : 3;
    return new Header(ImageFormat.BMP, width, (int) height, 8, channels);
  }

  static void requireComplete(byte[] data) throws RefusedImage {
    Header header = header(data);
    Bytes bytes = new Bytes(data);
    if (bytes.u32(30, true) != UNCOMPRESSED) {
      return;
    }
    long row = ((long) header.width() * bytes.u16(28, true) + 31) / 32 * 4;
    if (bytes.u32(10, true) + row * header.height() > data.length) {
      throw new RefusedImage(ReasonCode.TRUNCATED);
    }
  }
}
