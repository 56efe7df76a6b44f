package io.atelier.lora;

import io.atelier.nn.Torch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** The best validation so far and, if an early stop wants them, the values it was measured at. */
final class Best implements AutoCloseable {
  private final Tensor current;
  private final Tensor values;
  private double loss = Double.POSITIVE_INFINITY;
  private int stale;

  /** Watches {@code current}, which it does not own; keeps a copy only if told to. */
  Best(Tensor current, boolean keep) {
    this.current = current;
    try (PointerScope scope = new PointerScope()) {
      values = keep ? Torch.keep(current.clone()) : null;
    }
  }

  /**
   * Takes note of a validation of the current values.
   *
   * @param counts whether it makes the best staler if it is no better
   */
  void offer(double measured, boolean counts) {
    stale += counts ? 1 : 0;
    if (measured < loss) {
      loss = measured;
      stale = 0;
      if (values != null) {
        values.copy_(current);
      }
    }
  }

  /** Validations in a row that counted and brought no new best. */
  int stale() {
    return stale;
  }

  /** Puts the best values in place of the current ones; without a validation nothing happens. */
  void restore() {
    if (values != null && loss < Double.POSITIVE_INFINITY) {
      current.copy_(values);
    }
  }

  /** Flat, of the trained values' shape; null if they are not kept. */
  Tensor values() {
    return values;
  }

  double[] numbers() {
    return new double[] {loss, stale};
  }

  void numbers(double[] saved) {
    loss = saved[0];
    stale = (int) saved[1];
  }

  @Override
  public void close() {
    Torch.release(values);
  }
}
