package io.atelier.pretrain;

import java.util.SplittableRandom;

/** Which items a part of a batch has: a function of stage, step and part. */
final class Draw {
  private Draw() {}

  /** Random numbers of one part of one step. */
  static SplittableRandom random(String stage, long step, long part) {
    return new SplittableRandom(stage.hashCode() * 1_000_003L + step * 8191 + part);
  }

  /** {@code count} indices below {@code bound}. */
  static int[] indices(SplittableRandom random, int count, int bound) {
    return random.ints(count, 0, bound).toArray();
  }
}
