package io.atelier.image;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** An upright picture: 8 bits a channel, red, green, blue interleaved, rows from the top. */
public final class Rgb {
  private final byte[] bytes;
  private final int width;
  private final int height;

  /** Wraps a buffer of width × height × 3 bytes; it is not copied. */
  public Rgb(byte[] bytes, int width, int height) {
    if (width < 1 || height < 1 || bytes.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "An RGB buffer of " + bytes.length + " bytes is not " + width + " x " + height + " x 3");
    }
    this.bytes = bytes;
    this.width = width;
    this.height = height;
  }

  /** The buffer itself, not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /** Gray as Pillow computes it: (19595 R + 38470 G + 7471 B + 32768) / 65536, one byte a pixel. */
  public Gray gray() {
    byte[] gray = new byte[width * height];
    for (int i = 0, p = 0; i < gray.length; i++, p += 3) {
      int sum =
          19595 * (bytes[p] & 0xFF) + 38470 * (bytes[p + 1] & 0xFF) + 7471 * (bytes[p + 2] & 0xFF);
      gray[i] = (byte) ((sum + 32768) >> 16);
    }
    return new Gray(gray, width, height);
  }

  /**
   * SHA-256 of width and height (32 bits each, big endian) and the pixels: equal for two files that
   * show exactly the same picture, whatever their metadata or compression.
   */
  public String sha256() {
    MessageDigest digest = Sha256.digest();
    digest.update(ByteBuffer.allocate(8).putInt(width).putInt(height).array());
    return Sha256.hex(digest.digest(bytes));
  }

  /** A rectangle of it, which must lie inside. */
  public Rgb crop(int x, int y, int w, int h) {
    if (x < 0 || y < 0 || w < 1 || h < 1 || x + w > width || y + h > height) {
      throw new IllegalArgumentException(
          "Crop " + x + "," + y + " " + w + " x " + h + " leaves " + width + " x " + height);
    }
    byte[] out = new byte[3 * w * h];
    for (int row = 0; row < h; row++) {
      System.arraycopy(bytes, 3 * ((y + row) * width + x), out, 3 * row * w, 3 * w);
    }
    return new Rgb(out, w, h);
  }

  /** With left and right swapped. */
  public Rgb mirrored() {
    byte[] out = new byte[bytes.length];
    for (int row = 0; row < height; row++) {
      for (int x = 0; x < width; x++) {
        int from = 3 * (row * width + x);
        int to = 3 * (row * width + width - 1 - x);
        System.arraycopy(bytes, from, out, to, 3);
      }
    }
    return new Rgb(out, width, height);
  }

  /** Resized with Pillow's Lanczos filter, bit for bit. */
  public Rgb resize(int w, int h) {
    return resize(w, h, Resampling.LANCZOS);
  }

  /** Resized with one of Pillow's filters, bit for bit. */
  public Rgb resize(int w, int h, Resampling filter) {
    return new Rgb(PillowResize.resize(bytes, width, height, 3, w, h, filter), w, h);
  }
}
