package io.atelier.image;

import java.util.Arrays;
import java.util.Optional;

/** The RIFF structure of a WebP file (RFC 9649). */
final class WebpFile {
  private static final int FIRST_CHUNK = 30;

  private WebpFile() {}

  static Header header(byte[] data) throws RefusedImage {
    Bytes bytes = new Bytes(data);
    if (bytes.starts(12, 'V', 'P', '8', ' ')) {
      return of(bytes.u16(26, true) & 0x3FFF, bytes.u16(28, true) & 0x3FFF, 3);
    }
    if (bytes.starts(12, 'V', 'P', '8', 'L')) {
      long bits = bytes.u32(21, true);
      int width = (int) (bits & 0x3FFF) + 1;
      int height = (int) (bits >> 14 & 0x3FFF) + 1;
      return of(width, height, (bits >> 28 & 1) == 1 ? 4 : 3);
    }
    if (bytes.starts(12, 'V', 'P', '8', 'X')) {
      int channels = (bytes.u8(20) & 0x10) != 0 ? 4 : 3;
      return of(u24(bytes, 24) + 1, u24(bytes, 27) + 1, channels);
    }
    bytes.u8(15);
    throw new RefusedImage(ReasonCode.CORRUPT);
  }

  static void requireComplete(byte[] data) throws RefusedImage {
    Bytes bytes = new Bytes(data);
    if (bytes.u32(4, true) + 8 > data.length) {
      throw new RefusedImage(ReasonCode.TRUNCATED);
    }
  }

  /** The ICC profile, which an extended file has right behind its header. */
  static Optional<byte[]> profile(byte[] data) throws RefusedImage {
    Bytes bytes = new Bytes(data);
    if (!bytes.starts(12, 'V', 'P', '8', 'X') || !bytes.starts(FIRST_CHUNK, 'I', 'C', 'C', 'P')) {
      return Optional.empty();
    }
    int from = FIRST_CHUNK + 8;
    long to = from + bytes.u32(FIRST_CHUNK + 4L, true);
    return to <= data.length
        ? Optional.of(Arrays.copyOfRange(data, from, (int) to))
        : Optional.empty();
  }

  private static Header of(int width, int height, int channels) throws RefusedImage {
    if (width == 0 || height == 0) {
      throw new RefusedImage(ReasonCode.CORRUPT);
    }
    return new Header(ImageFormat.WEBP, width, height, 8, channels);
  }

  private static int u24(Bytes bytes, int at) throws RefusedImage {
    return bytes.u16(at, true) | bytes.u8(at + 2L) << 16;
  }
}
