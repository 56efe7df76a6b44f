package io.atelier.image;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Antialiased resampling, bit for bit what Pillow 12 does (its {@code Resample.c}): the horizontal
 * pass first, an 8-bit picture between the passes, weights of 22 fractional bits.
 *
 * <p>Perceptual hashes depend on the resize; one that does not average while it shrinks moves 5 to
 * 8 of their 64 bits.
 *
 * <p>Both passes add multiples of lines of 32-bit numbers, which the compiler turns into vector
 * instructions. For that the horizontal pass lays columns down as lines, a strip at a time and once
 * for all sizes that are wanted of the picture.
 */
final class PillowResize {
  private static final int HALF = 1 << (ResizeKernel.FRACTION - 1);

  /** Rows in a strip. */
  private static final int ROWS = 512;

  /** Rows of a strip that are laid down at a time, so that they stay in the fastest cache. */
  private static final int FEW_ROWS = 64;

  /** Columns laid down at a time. */
  private static final int COLUMNS = 16;

  /** A size in pixels. */
  record Size(int width, int height) {}

  private PillowResize() {}

  static byte[] resize(
      byte[] in, int w, int h, int channels, int outWidth, int outHeight, Resampling filter) {
    return resize(in, w, h, channels, filter, List.of(new Size(outWidth, outHeight))).get(0);
  }

  /** The same picture in several sizes. */
  static List<byte[]> resize(
      byte[] in, int w, int h, int channels, Resampling filter, List<Size> sizes) {
    List<Across> passes = new ArrayList<>();
    for (Size size : sizes) {
      passes.add(new Across(ResizeKernel.of(w, size.width, filter), h, channels));
    }
    int[][] lines = new int[COLUMNS * channels][Math.min(ROWS, h)];
    for (int top = 0; top < h; top += ROWS) {
      int rows = Math.min(ROWS, h - top);
      for (int left = 0; left < w; left += COLUMNS) {
        int columns = Math.min(COLUMNS, w - left);
        layDown(in, (top * w + left) * channels, w * channels, columns * channels, rows, lines);
        for (Across pass : passes) {
          pass.add(lines, left, columns, top, rows);
        }
      }
    }
    List<byte[]> resized = new ArrayList<>();
    for (int i = 0; i < passes.size(); i++) {
      Size size = sizes.get(i);
      ResizeKernel kernel = ResizeKernel.of(h, size.height, filter);
      resized.add(down(passes.get(i).out, size.width * channels, kernel));
    }
    return resized;
  }

  private static void layDown(byte[] in, int from, int stride, int count, int rows, int[][] lines) {
    for (int top = 0; top < rows; top += FEW_ROWS) {
      int bottom = Math.min(rows, top + FEW_ROWS);
      for (int i = 0; i < count; i++) {
        layDown(in, from + top * stride + i, stride, lines[i], top, bottom);
      }
    }
  }

  private static void layDown(byte[] in, int from, int stride, int[] line, int top, int bottom) {
    for (int row = top, at = from; row < bottom; row++, at += stride) {
      line[row] = in[at] & 0xFF;
    }
  }

  /**
   * The horizontal pass to one width: every column is added where it has a part, then forgotten.
   */
  private static final class Across {
    private final ResizeKernel kernel;
    private final int channels;
    private final int open;
    private final int[][] sums;
    private final int[][] out;
    private int next;

    Across(ResizeKernel kernel, int h, int channels) {
      this.kernel = kernel;
      this.channels = channels;
      open = kernel.overlap();
      sums = new int[open * channels][Math.min(ROWS, h)];
      out = new int[h][kernel.outputs() * channels];
    }

    void add(int[][] lines, int left, int columns, int top, int rows) {
      next = left == 0 ? 0 : next;
      for (int x = left; x < left + columns; x++) {
        for (int o = next; o < kernel.outputs() && kernel.first()[o] <= x; o++) {
          for (int c = 0; c < channels; c++) {
            add(lines[(x - left) * channels + c], x, o, c, top, rows);
          }
          next += x == kernel.end(o) - 1 ? 1 : 0;
        }
      }
    }

    private void add(int[] line, int x, int output, int channel, int top, int rows) {
      int[] sum = sums[output % open * channels + channel];
      int at = x - kernel.first()[output];
      if (at == 0) {
        Arrays.fill(sum, HALF);
      }
      PillowResize.add(sum, line, kernel.weights()[output][at], rows);
      if (x == kernel.end(output) - 1) {
        for (int row = 0; row < rows; row++) {
          out[top + row][output * channels + channel] = clip(sum[row]);
        }
      }
    }
  }

  private static byte[] down(int[][] in, int stride, ResizeKernel kernel) {
    byte[] out = new byte[kernel.outputs() * stride];
    int[] sums = new int[stride];
    for (int y = 0; y < kernel.outputs(); y++) {
      Arrays.fill(sums, HALF);
      int[] weights = kernel.weights()[y];
      for (int j = 0; j < weights.length; j++) {
        add(sums, in[kernel.first()[y] + j], weights[j], stride);
      }
      for (int i = 0; i < stride; i++) {
        out[y * stride + i] = (byte) clip(sums[i]);
      }
    }
    return out;
  }

  /** With one index for both, or the compiler does without vector instructions. */
  private static void add(int[] sums, int[] in, int weight, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] += in[i] * weight;
    }
  }

  private static int clip(int sum) {
    return Math.max(0, Math.min(255, sum >> ResizeKernel.FRACTION));
  }
}
