package io.atelier.image;

import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The chunk structure of a PNG file (ISO/IEC 15948). */
final class PngFile {
  private static final int[] CHANNELS = {1, 0, 3, 1, 2, 0, 4};
  private static final int FIRST_CHUNK = 8;
  private static final int MOST_PROFILE = 4 << 20;
  private static final int MIN_IHDR_END = FIRST_CHUNK + 25;

  private PngFile() {}

  static Header header(byte[] data) throws RefusedImage {
    Bytes bytes = new Bytes(data);
    bytes.u8(MIN_IHDR_END - 1L);
    long width = bytes.u32(16, false);
    long height = bytes.u32(20, false);
    int depth = bytes.u8(24);
    int color = bytes.u8(25);
    boolean valid =
        bytes.starts(12, 'I', 'H', 'D', 'R')
            && color < CHANNELS.length
            && CHANNELS[color] > 0
            && side(width)
            && side(height);
    if (!valid) {
      throw new RefusedImage(ReasonCode.CORRUPT);
    }
    return new Header(ImageFormat.PNG, (int) width, (int) height, depth, CHANNELS[color]);
  }

  /**
   * Walks the chunks to IEND: one that runs past the end is truncation, a bad checksum is damage.
   */
  static void requireComplete(byte[] data) throws RefusedImage {
    Bytes bytes = new Bytes(data);
    long at = FIRST_CHUNK;
    while (true) {
      long length = bytes.u32(at, false);
      long end = at + 8 + length;
      long stored = bytes.u32(end, false);
      CRC32 crc = new CRC32();
      crc.update(data, (int) at + 4, (int) length + 4);
      if (crc.getValue() != stored) {
        throw new RefusedImage(ReasonCode.CORRUPT);
      }
      if (bytes.starts((int) at + 4, 'I', 'E', 'N', 'D')) {
        return;
      }
      at = end + 4;
    }
  }

  private static boolean side(long value) {
    return value > 0 && value <= Integer.MAX_VALUE;
  }

  /** The ICC profile of the iCCP chunk; none beside a chunk that says the picture is sRGB. */
  static Optional<byte[]> profile(byte[] data) throws RefusedImage {
    Bytes bytes = new Bytes(data);
    Optional<byte[]> found = Optional.empty();
    int at = FIRST_CHUNK;
    while (!bytes.starts(at + 4, 'I', 'D', 'A', 'T') && !bytes.starts(at + 4, 'I', 'E', 'N', 'D')) {
      int length = (int) bytes.u32(at, false);
      if (bytes.starts(at + 4, 's', 'R', 'G', 'B')) {
        return Optional.empty();
      }
      if (bytes.starts(at + 4, 'i', 'C', 'C', 'P')) {
        found = inflated(data, at + 8, length);
      }
      at += 12 + length;
      bytes.u8(at);
    }
    return found;
  }

  /** A name, a zero, the method 0, and the profile behind zlib. */
  private static Optional<byte[]> inflated(byte[] data, int at, int length) {
    int zero = at;
    while (zero < at + length && data[zero] != 0) {
      zero++;
    }
    Inflater inflater = new Inflater();
    try {
      byte[] out = new byte[MOST_PROFILE];
      inflater.setInput(data, zero + 2, Math.max(0, at + length - zero - 2));
      int size = inflater.inflate(out);
      return inflater.finished() ? Optional.of(Arrays.copyOf(out, size)) : Optional.empty();
    } catch (DataFormatException damaged) {
      return Optional.empty();
    } finally {
      inflater.end();
    }
  }
}
