package io.atelier.report;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A point of a training's curve, which may stand for several steps: those after the point before.
 *
 * @param step counted from 1
 * @param loss of this step; not finite leaves a gap
 * @param mean of the losses of all steps that the point stands for
 */
public record LossPoint(int step, double loss, double mean) {

  /** A point for every step, from the first. */
  static List<LossPoint> each(List<Double> losses) {
    return IntStream.range(0, losses.size())
        .mapToObj(i -> new LossPoint(i + 1, losses.get(i), losses.get(i)))
        .toList();
  }
}
