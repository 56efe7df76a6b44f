package io.atelier.lora;

import io.atelier.nn.Torch;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The steps of a training as a tensor, so that one that goes on later knows all of them. */
final class TrainHistory {
  private static final int COLUMNS = 6;

  private TrainHistory() {}

  /** [steps, 6] int64: the bits of each number as float64; NaN where no validation was due. */
  static Tensor tensor(List<TrainStep> steps) {
    long[] bits = new long[steps.size() * COLUMNS];
    for (int i = 0; i < steps.size(); i++) {
      TrainStep step = steps.get(i);
      double validation = step.validationLoss() == null ? Double.NaN : step.validationLoss();
      double[] row = {
        step.step(), step.loss(), step.gradientNorm(), step.learningRate(), step.sigma(), validation
      };
      for (int c = 0; c < COLUMNS; c++) {
        bits[COLUMNS * i + c] = Double.doubleToLongBits(row[c]);
      }
    }
    return Torch.tensor(bits, steps.size(), COLUMNS);
  }

  /** The inverse of {@link #tensor}. */
  static List<TrainStep> steps(Tensor tensor) {
    long[] bits = Torch.longs(tensor);
    List<TrainStep> steps = new ArrayList<>();
    for (int i = 0; i + COLUMNS <= bits.length; i += COLUMNS) {
      double validation = Double.longBitsToDouble(bits[i + 5]);
      steps.add(
          new TrainStep(
              (int) Double.longBitsToDouble(bits[i]),
              Double.longBitsToDouble(bits[i + 1]),
              Double.longBitsToDouble(bits[i + 2]),
              Double.longBitsToDouble(bits[i + 3]),
              Double.longBitsToDouble(bits[i + 4]),
              Double.isNaN(validation) ? null : validation));
    }
    return steps;
  }
}
