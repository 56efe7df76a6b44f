package io.atelier.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The marker structure of a JPEG file (ITU-T T.81, annex B).
 *
 * <p>Decoders fill the missing part of a truncated file with gray and say nothing, so completeness
 * is decided here: every scan is walked to its end and the end-of-image marker must follow.
 */
final class JpegFile {
  private static final int SOS = 0xDA;
  private static final int EOI = 0xD9;
  private static final int APP2 = 0xE2;
  private static final int APP14 = 0xEE;
  private static final String ICC = "ICC_PROFILE\0";
  private static final int ICC_DATA = 16;

  private final Bytes bytes;
  private int at = 2;

  private JpegFile(byte[] data) {
    this.bytes = new Bytes(data);
  }

  static Header header(byte[] data) throws RefusedImage {
    JpegFile file = new JpegFile(data);
    while (true) {
      int marker = file.nextMarker();
      if (isFrame(marker)) {
        return file.frame();
      }
      if (marker == SOS || marker == EOI) {
        throw new RefusedImage(ReasonCode.CORRUPT);
      }
      file.skipSegment(marker);
    }
  }

  static void requireComplete(byte[] data) throws RefusedImage {
    JpegFile file = new JpegFile(data);
    for (int marker = file.nextMarker(); marker != EOI; marker = file.nextMarker()) {
      file.skipSegment(marker);
      if (marker == SOS) {
        file.skipScan();
      }
    }
  }

  /** The inks of a CMYK file, as its Adobe segment says. */
  enum Adobe {
    /** No such segment: ink as ink. */
    NONE,
    /** Inverted. */
    CMYK,
    /** Inverted, cyan, magenta and yellow as luma and chroma. */
    YCCK
  }

  static Adobe adobe(byte[] data) throws RefusedImage {
    Adobe[] found = {Adobe.NONE};
    segments(
        data,
        (marker, at, length) -> {
          if (marker == APP14
              && length >= 14
              && new Bytes(data).starts(at + 2, 'A', 'd', 'o', 'b', 'e')) {
            found[0] = data[at + 13] == 2 ? Adobe.YCCK : Adobe.CMYK;
          }
        });
    return found[0];
  }

  /** The ICC profile, put together from its numbered APP2 segments; empty if one is missing. */
  static Optional<byte[]> profile(byte[] data) throws RefusedImage {
    TreeMap<Integer, byte[]> parts = new TreeMap<>();
    int[] count = {0};
    segments(
        data,
        (marker, at, length) -> {
          boolean icc =
              marker == APP2
                  && length > ICC_DATA
                  && new String(data, at + 2, 12, StandardCharsets.ISO_8859_1).equals(ICC);
          if (icc) {
            count[0] = data[at + 15] & 0xFF;
            parts.put(data[at + 14] & 0xFF, Arrays.copyOfRange(data, at + ICC_DATA, at + length));
          }
        });
    if (parts.isEmpty() || parts.size() != count[0]) {
      return Optional.empty();
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    parts.values().forEach(whole::writeBytes);
    return Optional.of(whole.toByteArray());
  }

  /** Something in front of the picture: its marker, where its length stands, its length. */
  private interface Segment {
    void at(int marker, int at, int length);
  }

  private static void segments(byte[] data, Segment each) throws RefusedImage {
    JpegFile file = new JpegFile(data);
    for (int marker = file.nextMarker();
        marker != SOS && marker != EOI;
        marker = file.nextMarker()) {
      int at = file.at;
      file.skipSegment(marker);
      each.at(marker, at, file.at - at);
    }
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private Header frame() throws RefusedImage {
    int depth = bytes.u8(at + 2);
    int height = bytes.u16(at + 3, false);
    int width = bytes.u16(at + 5, false);
    int channels = bytes.u8(at + 7);
    if (width == 0 || height == 0) {
      throw new RefusedImage(ReasonCode.CORRUPT);
    }
    if (depth != 8 || (channels != 1 && channels != 3 && channels != 4)) {
      throw new RefusedImage(
          ReasonCode.UNSUPPORTED_COLOR,
          "The JPEG has "
              + channels
              + " channels of "
              + depth
              + " bits; save it as RGB with 8 bits per channel.");
    }
    return new Header(ImageFormat.JPEG, width, height, depth, channels);
  }

  /** Moves past the next marker, fill bytes included, and returns it. */
  private int nextMarker() throws RefusedImage {
    if (bytes.u8(at) != 0xFF) {
      throw new RefusedImage(ReasonCode.CORRUPT);
    }
    while (bytes.u8(at) == 0xFF) {
      at++;
    }
    return bytes.u8(at++);
  }

  private void skipSegment(int marker) throws RefusedImage {
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
      return;
    }
    int length = bytes.u16(at, false);
    if (length < 2) {
      throw new RefusedImage(ReasonCode.CORRUPT);
    }
    at += length;
    bytes.u8(at - 1L);
  }

  /**
   * Moves over entropy-coded data to the marker that ends it; stuffed zeros and restarts belong.
   */
  private void skipScan() throws RefusedImage {
    while (true) {
      if (bytes.u8(at) == 0xFF) {
        int next = bytes.u8(at + 1L);
        if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) {
          return;
        }
      }
      at++;
    }
  }
}
