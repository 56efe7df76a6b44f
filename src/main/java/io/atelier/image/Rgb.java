package io.atelier.image;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

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
      gray[i] = (byte) gray(bytes[p] & 0xFF, bytes[p + 1] & 0xFF, bytes[p + 2] & 0xFF);
    }
    return new Gray(gray, width, height);
  }

  static int gray(int r, int g, int b) {
    return (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
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

  /**
   * Reduced by the mean of the pixels that fall into each new one; a side that is shorter already
   * repeats its pixels. Cheaper than {@link #resize} and good enough for the eye. The pixels that
   * fall into a new one must be less than eight million.
   */
  Rgb average(int w, int h) {
    byte[] out = new byte[3 * w * h];
    int[] sums = new int[3 * width];
    for (int y = 0; y < h; y++) {
      int top = (int) ((long) y * height / h);
      int bottom = Math.max(top + 1, (int) ((y + 1L) * height / h));
      Arrays.fill(sums, 0);
      for (int row = top; row < bottom; row++) {
        addRow(row, sums);
      }
      for (int x = 0; x < w; x++) {
        int left = (int) ((long) x * width / w);
        int right = Math.max(left + 1, (int) ((x + 1L) * width / w));
        average(sums, left, right, bottom - top, out, 3 * (y * w + x));
      }
    }
    return new Rgb(out, w, h);
  }

  private void addRow(int row, int[] sums) {
    int from = row * sums.length;
    for (int i = 0; i < sums.length; i++) {
      sums[i] += bytes[from + i] & 0xFF;
    }
  }

  private static void average(int[] sums, int left, int right, int rows, byte[] out, int to) {
    int n = (right - left) * rows;
    for (int c = 0; c < 3; c++) {
      int sum = 0;
      for (int i = 3 * left + c; i < 3 * right; i += 3) {
        sum += sums[i];
      }
      out[to + c] = (byte) ((sum + n / 2) / n);
    }
  }
}
