package io.atelier.pretrain;

import io.atelier.sample.Shot;

/**
 * How much the patches of a drawing count that show the head, and on top of it glasses: a few thin
 * lines, which are little of the loss and most of what a caption says of a face.
 */
final class HeadPatches {
  private static final double COUNTS = 4;

  /** Half the size of a head with its hair, in widths of the face. */
  private static final double HALF_WIDTH = 0.75;

  private static final double HALF_HEIGHT = 0.9;

  private static final double GLASSES_COUNT = 20;

  /** Half the size of glasses and how far they are above the middle, in widths of the face. */
  private static final double HALF_GLASSES_WIDTH = 0.35;

  private static final double HALF_GLASSES_HEIGHT = 0.14;
  private static final double EYES_ABOVE = 0.06;

  private HeadPatches() {}

  /**
   * Weights of {@code side} by {@code side} patches, row by row, 1 on average: a patch that the
   * head fills counts {@value #COUNTS} times as much as one without, one that glasses fill {@value
   * #GLASSES_COUNT} times more, one that they cover in part accordingly.
   */
  static float[] weights(Shot.Pose pose, boolean glasses, int side) {
    double scale = pose.scale();
    double eyes = pose.y() - EYES_ABOVE * scale;
    float[] weights = new float[side * side];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      double head = covered(i, side, pose.x(), pose.y(), HALF_WIDTH * scale, HALF_HEIGHT * scale);
      double frame =
          covered(i, side, pose.x(), eyes, HALF_GLASSES_WIDTH * scale, HALF_GLASSES_HEIGHT * scale);
      weights[i] = (float) (1 + (COUNTS - 1) * head + (glasses ? GLASSES_COUNT * frame : 0));
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= (float) (weights.length / sum);
    }
    return weights;
  }

  /** The share of a patch that is within half a width and half a height of a point. */
  private static double covered(
      int patch, int side, double x, double y, double halfWidth, double halfHeight) {
    return overlap(patch % side, side, x - halfWidth, x + halfWidth)
        * overlap(patch / side, side, y - halfHeight, y + halfHeight);
  }

  /** The share of the patch's length that is between the two. */
  private static double overlap(int patch, int side, double from, double to) {
    double begin = Math.max(from, (double) patch / side);
    double end = Math.min(to, (patch + 1.0) / side);
    return Math.max(0, end - begin) * side;
  }
}
