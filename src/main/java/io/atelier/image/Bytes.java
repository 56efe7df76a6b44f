package io.atelier.image;

/** Bounds-checked reads from a file in memory; a read past its end means the file is truncated. */
final class Bytes {
  private final byte[] data;

  Bytes(byte[] data) {
    this.data = data;
  }

  int length() {
    return data.length;
  }

  /** Whether these byte values stand at an offset. */
  boolean starts(int offset, int... values) {
    if (offset + values.length > data.length) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      if ((data[offset + i] & 0xFF) != values[i]) {
        return false;
      }
    }
    return true;
  }

  int u8(long at) throws RefusedImage {
    if (at < 0 || at >= data.length) {
      throw new RefusedImage(ReasonCode.TRUNCATED);
    }
    return data[(int) at] & 0xFF;
  }

  int u16(long at, boolean little) throws RefusedImage {
    return little ? u8(at) | u8(at + 1) << 8 : u8(at) << 8 | u8(at + 1);
  }

  long u32(long at, boolean little) throws RefusedImage {
    long low = u16(little ? at : at + 2, little);
    long high = u16(little ? at + 2 : at, little);
    return high << 16 | low;
  }
}
