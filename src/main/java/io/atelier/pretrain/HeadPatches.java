package io.atelier.pretrain;

import io.atelier.sample.Shot;

/** How much the patches of a drawing count that show the head. */
final class HeadPatches {
  private static final double COUNTS = 4;

  /** Half the size of a head with its hair, in widths of the face. */
  private static final double HALF_WIDTH = 0.75;

  private static final double HALF_HEIGHT = 0.9;

  private HeadPatches() {}

  /**
   * Weights of {@code side} by {@code side} patches, row by row, 1 on average: a patch that the
   * head fills counts {@value #COUNTS} times as much as one without, one that it covers in part
   * accordingly.
   */
  static float[] weights(Shot.Pose pose, int side) {
    double wide = HALF_WIDTH * pose.scale();
    double high = HALF_HEIGHT * pose.scale();
    float[] weights = new float[side * side];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double across = overlap(i % side, side, pose.x() - wide, pose.x() + wide);
      double down = overlap(i / side, side, pose.y() - high, pose.y() + high);
      weights[i] = (float) (1 + (COUNTS - 1) * across * down);
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= (float) (weights.length / sum);
    }
    return weights;
  }

  /** The share of the patch's length that is between the two. */
  private static double overlap(int patch, int side, double from, double to) {
    double begin = Math.max(from, (double) patch / side);
    double end = Math.min(to, (patch + 1.0) / side);
    return Math.max(0, end - begin) * side;
  }
}
