package io.atelier.sample;

import java.util.List;
import java.util.Random;

/** Numbers drawn from a seed; {@link Random} is specified bit for bit, so they never change. */
final class Draws {
  private final Random random;

  Draws(long seed) {
    this.random = new Random(mix(seed));
  }

  /** An independent seed for part {@code index} of what {@code seed} describes (SplitMix64). */
  static long seed(long seed, long index) {
    return mix(seed + 0x9E3779B97F4A7C15L * (index + 1));
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Uniform in [0, 1). */
  double unit() {
    return random.nextDouble();
  }

  /** Uniform in [from, to). */
  double between(double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  /** Bell-shaped around the middle of [from, to], never outside: the mean of three draws. */
  double about(double from, double to) {
    return from + (to - from) * (unit() + unit() + unit()) / 3;
  }

  /** Uniform in {0, ..., n - 1}. */
  int index(int n) {
    return random.nextInt(n);
  }

  /** True with probability {@code p}. */
  boolean chance(double p) {
    return random.nextDouble() < p;
  }

  /** One of the values, all equally likely. */
  <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  /** One of the values, all equally likely. */
  <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** The index of one of the weights, drawn in proportion to them. */
  int weighted(double... weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double left = unit() * sum;
    int index = 0;
    while (index < weights.length - 1 && left >= weights[index]) {
      left -= weights[index++];
    }
    return index;
  }

  /** Nearly normal with mean 0 and deviation 1: the sum of four uniform bytes of one draw. */
  double grain() {
    int bits = random.nextInt();
    int sum = (bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >>> 24);
    return (sum - 510) / 147.8;
  }

  long nextSeed() {
    return random.nextLong();
  }
}
