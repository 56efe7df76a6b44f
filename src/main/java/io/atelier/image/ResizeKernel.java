package io.atelier.image;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which pixels of a line make which pixels of a longer or shorter one, and with what weights: those
 * of Pillow 12, rounded to 22 fractional bits.
 *
 * @param first for every output position the first input position
 * @param weights for every output position the weights from there on
 */
record ResizeKernel(int[] first, int[][] weights) {
  static final int FRACTION = 22;

  private static final int REMEMBERED = 64;

  private record Key(int in, int out, Resampling filter) {}

  /** The pictures of a set share few sizes, and a kernel costs more than a small picture's use. */
  private static final Map<Key, ResizeKernel> KNOWN =
      Collections.synchronizedMap(
          new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, ResizeKernel> eldest) {
              return size() > REMEMBERED;
            }
          });

  static ResizeKernel of(int in, int out, Resampling filter) {
    Key key = new Key(in, out, filter);
    ResizeKernel kernel = KNOWN.get(key);
    if (kernel == null) {
      // Not under the map's lock, where all cores would wait for pictures of many sizes.
      kernel = in == out ? same(in) : compute(in, out, filter);
      KNOWN.put(key, kernel);
    }
    return kernel;
  }

  private static ResizeKernel same(int length) {
    ResizeKernel kernel = new ResizeKernel(new int[length], new int[length][]);
    for (int i = 0; i < length; i++) {
      kernel.first[i] = i;
      kernel.weights[i] = new int[] {1 << FRACTION};
    }
    return kernel;
  }

  private static ResizeKernel compute(int in, int out, Resampling filter) {
    double scale = (double) in / out;
    double filterScale = Math.max(scale, 1.0);
    double support = filter.support() * filterScale;
    ResizeKernel kernel = new ResizeKernel(new int[out], new int[out][]);
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

  int outputs() {
    return first.length;
  }

  /** One past the last input position of an output position. */
  int end(int output) {
    return first[output] + weights[output].length;
  }

  /** The most output positions that one input position has a part in. */
  int overlap() {
    int most = 1;
    for (int from = 0, to = 0; from < outputs(); from++) {
      while (to < outputs() && first[to] < end(from)) {
        to++;
      }
      most = Math.max(most, to - from);
    }
    return most;
  }
}
