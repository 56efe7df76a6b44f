package io.atelier.image;

import java.util.Arrays;

/**
 * Antialiased resampling, bit for bit what Pillow 12 does (its {@code Resample.c}): the horizontal
 * pass first, an 8-bit picture between the passes, weights of 22 fractional bits.
 *
 * <p>Perceptual hashes depend on the resize; one that does not average while it shrinks moves 5 to
 * 8 of their 64 bits.
 */
final class PillowResize {
  private static final int FRACTION = 22;
  private static final int HALF = 1 << (FRACTION - 1);

  /** For every output position the first input position and the weights from there on. */
  private static final class Kernel {
    private final int[] first;
    private final int[][] weights;

    Kernel(int outputs) {
      first = new int[outputs];
      weights = new int[outputs][];
    }
  }

  private PillowResize() {}

  static byte[] resize(
      byte[] in, int w, int h, int channels, int outWidth, int outHeight, Resampling filter) {
    byte[] across = w == outWidth ? in : horizontal(in, w, h, channels, outWidth, filter);
    return h == outHeight ? across : vertical(across, outWidth * channels, h, outHeight, filter);
  }

  private static byte[] horizontal(
      byte[] in, int w, int h, int channels, int outWidth, Resampling filter) {
    Kernel kernel = kernel(w, outWidth, filter);
    byte[] out = new byte[h * outWidth * channels];
    int to = 0;
    if (channels == 1) {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < outWidth; x++) {
          out[to++] = clip(dot(in, y * w + kernel.first[x], kernel.weights[x]));
        }
      }
      return out;
    }
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < outWidth; x++) {
        int[] weights = kernel.weights[x];
        int from = (y * w + kernel.first[x]) * channels;
        for (int c = 0; c < channels; c++) {
          int sum = HALF;
          for (int j = 0, p = from + c; j < weights.length; j++, p += channels) {
            sum += (in[p] & 0xFF) * weights[j];
          }
          out[to++] = clip(sum);
        }
      }
    }
    return out;
  }

  /** Apart from the loops around it, so that the compiler uses vector instructions. */
  private static int dot(byte[] in, int from, int[] weights) {
    int sum = HALF;
    for (int j = 0; j < weights.length; j++) {
      sum += (in[from + j] & 0xFF) * weights[j];
    }
    return sum;
  }

  private static byte[] vertical(byte[] in, int stride, int h, int outHeight, Resampling filter) {
    Kernel kernel = kernel(h, outHeight, filter);
    byte[] out = new byte[outHeight * stride];
    int[] sums = new int[stride];
    for (int y = 0; y < outHeight; y++) {
      Arrays.fill(sums, HALF);
      int[] weights = kernel.weights[y];
      for (int j = 0; j < weights.length; j++) {
        int from = (kernel.first[y] + j) * stride;
        for (int i = 0; i < stride; i++) {
          sums[i] += (in[from + i] & 0xFF) * weights[j];
        }
      }
      for (int i = 0; i < stride; i++) {
        out[y * stride + i] = clip(sums[i]);
      }
    }
    return out;
  }

  private static Kernel kernel(int in, int out, Resampling filter) {
    double scale = (double) in / out;
    double filterScale = Math.max(scale, 1.0);
    double support = filter.support() * filterScale;
    Kernel kernel = new Kernel(out);
    for (int i = 0; i < out; i++) {
      double center = (i + 0.5) * scale;
      int low = Math.max(0, (int) (center - support + 0.5));
      int high = Math.min(in, (int) (center + support + 0.5));
      kernel.first[i] = low;
      kernel.weights[i] = quantised(low, high, center, 1.0 / filterScale, filter);
    }
    return kernel;
  }

  private static int[] quantised(
      int low, int high, double center, double shrink, Resampling filter) {
    double[] exact = new double[high - low];
    double sum = 0;
    for (int j = 0; j < exact.length; j++) {
      exact[j] = filter.weight((j + low - center + 0.5) * shrink);
      sum += exact[j];
    }
    int[] rounded = new int[exact.length];
    for (int j = 0; j < exact.length; j++) {
      double scaled = exact[j] / sum * (1 << FRACTION);
      rounded[j] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    return rounded;
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION));
  }
}
