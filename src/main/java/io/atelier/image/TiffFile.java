package io.atelier.image;

import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The first directory of a TIFF file (TIFF 6.0): size, colour, orientation, where the data lies.
 */
final class TiffFile {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int PHOTOMETRIC = 262;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int CHANNELS = 277;
  private static final int STRIP_BYTES = 279;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int ICC_PROFILE = 34675;
  private static final int CMYK = 5;

  /** One directory entry: the type, how many values, and where the first one stands. */
  private record Entry(int type, long count, long at) {}

  private final Bytes bytes;
  private final boolean little;
  private final TreeMap<Integer, Entry> entries = new TreeMap<>();

  private TiffFile(byte[] data) throws RefusedImage {
    bytes = new Bytes(data);
    little = bytes.u8(0) == 'I';
    long directory = bytes.u32(4, little);
    int count = bytes.u16(directory, little);
    for (int i = 0; i < count; i++) {
      long at = directory + 2 + 12L * i;
      int type = bytes.u16(at + 2, little);
      long values = bytes.u32(at + 4, little);
      boolean inline = values * size(type) <= 4;
      entries.put(
          bytes.u16(at, little),
          new Entry(type, values, inline ? at + 8 : bytes.u32(at + 8, little)));
    }
  }

  static Header header(byte[] data) throws RefusedImage {
    TiffFile file = new TiffFile(data);
    long width = file.value(WIDTH, 0, 0);
    long height = file.value(HEIGHT, 0, 0);
    int depth = (int) file.value(BITS, 0, 1);
    if (width <= 0 || height <= 0 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new RefusedImage(ReasonCode.CORRUPT);
    }
    if (file.value(PHOTOMETRIC, 0, 2) == CMYK || depth > 16) {
      throw new RefusedImage(
          ReasonCode.UNSUPPORTED_COLOR,
          "The TIFF is in CMYK or has " + depth + " bits per channel; save it as 8-bit RGB.");
    }
    return new Header(
        ImageFormat.TIFF, (int) width, (int) height, depth, (int) file.value(CHANNELS, 0, 1));
  }

  static void requireComplete(byte[] data) throws RefusedImage {
    TiffFile file = new TiffFile(data);
    file.requireInside(STRIP_OFFSETS, STRIP_BYTES);
    file.requireInside(TILE_OFFSETS, TILE_BYTES);
  }

  /** The orientation entry's value; 1 when it is missing. */
  static int orientation(byte[] data) throws RefusedImage {
    return (int) new TiffFile(data).value(ORIENTATION, 0, 1);
  }

  /** The ICC profile. */
  static Optional<byte[]> profile(byte[] data) throws RefusedImage {
    Entry entry = new TiffFile(data).entries.get(ICC_PROFILE);
    boolean inside = entry != null && entry.at() + entry.count() <= data.length;
    return inside
        ? Optional.of(
            Arrays.copyOfRange(data, (int) entry.at(), (int) (entry.at() + entry.count())))
        : Optional.empty();
  }

  /**
   * A copy whose orientation entry says 1, because the decoder would apply it and this package does
   * so itself, the same way for all formats.
   */
  static byte[] withoutOrientation(byte[] data) throws RefusedImage {
    TiffFile file = new TiffFile(data);
    Entry entry = file.entries.get(ORIENTATION);
    byte[] copy = data.clone();
    if (entry != null && entry.type() == 3) {
      copy[(int) entry.at()] = (byte) (file.little ? 1 : 0);
      copy[(int) entry.at() + 1] = (byte) (file.little ? 0 : 1);
    }
    return copy;
  }

  private void requireInside(int offsets, int lengths) throws RefusedImage {
    Entry entry = entries.get(offsets);
    if (entry == null) {
      return;
    }
    for (long i = 0; i < entry.count(); i++) {
      if (value(offsets, i, 0) + value(lengths, i, 0) > bytes.length()) {
        throw new RefusedImage(ReasonCode.TRUNCATED);
      }
    }
  }

  private long value(int tag, long index, long missing) throws RefusedImage {
    Entry entry = entries.get(tag);
    if (entry == null || index >= entry.count()) {
      return missing;
    }
    long at = entry.at() + index * size(entry.type());
    return switch (size(entry.type())) {
      case 1 -> bytes.u8(at);
      case 2 -> bytes.u16(at, little);
      default -> bytes.u32(at, little);
    };
  }

  private static int size(int type) {
    return switch (type) {
      case 1, 2, 6, 7 -> 1;
      case 3, 8 -> 2;
      case 5, 10, 12 -> 8;
      default -> 4;
    };
  }
}
