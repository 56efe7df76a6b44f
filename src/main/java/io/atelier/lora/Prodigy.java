package io.atelier.lora;

import io.atelier.nn.Torch;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Prodigy (Mishchenko and Defazio, Prodigy: An Expeditiously Adaptive Parameter-Free Learner, 2023)
 * as the package {@code prodigyopt} computes it with what diffusers' training script sets: betas
 * 0.9 and 0.999, decoupled decay, bias correction and safeguarded warm-up on. It finds the step
 * size itself, so that nobody tunes a rate for each person; the learning rate is a factor of it, 1.
 */
final class Prodigy implements Optimiser {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double BETA3 = Math.sqrt(BETA2);
  private static final double EPSILON = 1e-8;
  private static final double START = 1e-6;

  private final Tensor values;
  private final double weightDecay;
  private final SortedMap<String, Tensor> tensors = new TreeMap<>();
  private double distance = START;
  private double numerator;

  /** Starts at {@code values}, which this changes in place and does not own. */
  Prodigy(Tensor values, double weightDecay) {
    this.values = values;
    this.weightDecay = weightDecay;
    try (PointerScope scope = new PointerScope()) {
      for (String name : new String[] {"exp_avg", "exp_avg_sq", "s", "p0"}) {
        tensors.put(name, Torch.keep(torch.zeros_like(values)));
      }
    }
  }

  @Override
  public void step(Tensor gradients, double learningRate, int count) {
    try (PointerScope scope = new PointerScope()) {
      if (count == 1) {
        tensors.get("p0").copy_(values);
      }
      double correction = Math.sqrt(1 - Math.pow(BETA2, count)) / (1 - Math.pow(BETA1, count));
      double rate = distance * learningRate * correction;
      double denominator = accumulate(gradients, rate);
      if (denominator > 0) {
        distance = Math.max(distance, numerator / denominator);
        move(rate);
      }
    }
  }

  /** Updates the sums of the distance estimate and the moments; returns the 1-norm of s. */
  private double accumulate(Tensor gradients, double rate) {
    Tensor moved = tensors.get("p0").sub(values);
    double along = gradients.flatten().dot(moved.flatten()).item_double();
    numerator = BETA3 * numerator + distance / START * rate * along;
    Tensor mean = tensors.get("exp_avg");
    mean.mul_(new Scalar(BETA1)).add_(gradients, new Scalar(distance * (1 - BETA1)));
    Tensor square = tensors.get("exp_avg_sq");
    square
        .mul_(new Scalar(BETA2))
        .addcmul_(gradients, gradients, new Scalar(distance * distance * (1 - BETA2)));
    Tensor sum = tensors.get("s");
    // With a safeguarded warm-up the learning rate is not in the weights of this sum.
    sum.mul_(new Scalar(BETA3)).add_(gradients, new Scalar(distance / START * distance));
    return sum.abs().sum().to(ScalarType.Double).item_double();
  }

  /** The rate is of the distance known before the step, epsilon of the one known after it. */
  private void move(double rate) {
    if (weightDecay > 0) {
      values.add_(values, new Scalar(-weightDecay * rate));
    }
    Tensor root = tensors.get("exp_avg_sq").sqrt().add_(new Scalar(distance * EPSILON));
    values.addcdiv_(tensors.get("exp_avg"), root, new Scalar(-rate));
  }

  /** The estimated distance to the solution, which sets the step size. */
  double distance() {
    return distance;
  }

  @Override
  public SortedMap<String, Tensor> tensors() {
    return tensors;
  }

  @Override
  public double[] numbers() {
    return new double[] {distance, numerator};
  }

  @Override
  public void numbers(double[] saved) {
    distance = saved[0];
    numerator = saved[1];
  }

  @Override
  public void close() {
    tensors.values().forEach(Torch::release);
  }
}
