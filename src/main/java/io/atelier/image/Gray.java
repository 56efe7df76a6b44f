package io.atelier.image;

import io.atelier.image.PillowResize.Size;
import java.util.Iterator;
import java.util.List;

/** A gray picture: one byte a pixel, rows from the top. */
public final class Gray {
  private final byte[] bytes;
  private final int width;
  private final int height;

  /** Wraps a buffer of width × height bytes; it is not copied. */
  public Gray(byte[] bytes, int width, int height) {
    if (width < 1 || height < 1 || bytes.length != (long) width * height) {
      throw new IllegalArgumentException(
          "A gray buffer of " + bytes.length + " bytes is not " + width + " x " + height);
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

  /** One pixel, 0 to 255. */
  public int at(int x, int y) {
    return bytes[y * width + x] & 0xFF;
  }

  /** Resized with Pillow's Lanczos filter, bit for bit. */
  public Gray resize(int w, int h) {
    return resize(List.of(new Size(w, h))).get(0);
  }

  /** The same in several sizes, which costs less than one after the other. */
  List<Gray> resize(List<Size> sizes) {
    List<Size> others = sizes.stream().filter(size -> !isOf(size)).toList();
    Iterator<byte[]> resized =
        PillowResize.resize(bytes, width, height, 1, Resampling.LANCZOS, others).iterator();
    return sizes.stream()
        .map(size -> isOf(size) ? this : new Gray(resized.next(), size.width(), size.height()))
        .toList();
  }

  private boolean isOf(Size size) {
    return size.width() == width && size.height() == height;
  }

  /** Shrunk so that the longer side is at most this; never enlarged. */
  public Gray shrink(int longSide) {
    return resize(List.of(shrunk(longSide))).get(0);
  }

  /** The size that {@link #shrink} gives. */
  Size shrunk(int longSide) {
    int side = Math.max(width, height);
    if (side <= longSide) {
      return new Size(width, height);
    }
    return new Size(
        Math.max(1, Math.round((float) width * longSide / side)),
        Math.max(1, Math.round((float) height * longSide / side)));
  }

  /** A rectangle of it, clipped to the picture. */
  Gray crop(int x, int y, int w, int h) {
    int right = Math.min(width, x + w);
    int bottom = Math.min(height, y + h);
    int left = Math.max(0, x);
    int top = Math.max(0, y);
    byte[] out = new byte[(right - left) * (bottom - top)];
    for (int row = top; row < bottom; row++) {
      System.arraycopy(bytes, row * width + left, out, (row - top) * (right - left), right - left);
    }
    return new Gray(out, right - left, bottom - top);
  }
}
