package io.atelier.lora;

import java.util.SortedMap;
import org.bytedeco.pytorch.Tensor;

/** Changes one flat tensor of trained values in place, step by step. Owns its own tensors. */
sealed interface Optimiser extends AutoCloseable permits AdamW, Prodigy {

  /** The optimiser of a configuration over {@code values}, which it changes and does not own. */
  static Optimiser of(Optimisation config, Tensor values) {
    return switch (config.method()) {
      case ADAMW -> new AdamW(values, config.weightDecay());
      case PRODIGY -> new Prodigy(values, config.weightDecay());
    };
  }

  /**
   * One step.
   *
   * @param gradients of the values' shape
   * @param count number of this step, from 1
   */
  void step(Tensor gradients, double learningRate, int count);

  /** All tensors it goes on from, of the values' shape, by the names of the reference code. */
  SortedMap<String, Tensor> tensors();

  /** All numbers it goes on from. */
  double[] numbers();

  /** Takes over numbers that {@link #numbers} gave. */
  void numbers(double[] saved);

  @Override
  void close();
}
