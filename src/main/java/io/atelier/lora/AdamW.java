package io.atelier.lora;

import io.atelier.nn.Torch;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * AdamW (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019) as {@code
 * torch.optim.AdamW} computes it, with betas 0.9 and 0.999 and epsilon 1e-8, over one flat tensor.
 * libtorch's own class hides its moments behind an archive; here they are plain tensors, because a
 * job that goes on needs them bit by bit.
 */
public final class AdamW implements Optimiser {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final Tensor values;
  private final Tensor mean;
  private final Tensor square;
  private final double weightDecay;

  /** Moments of zero for {@code values}, which this changes in place and does not own. */
  public AdamW(Tensor values, double weightDecay) {
    this.values = values;
    this.weightDecay = weightDecay;
    try (PointerScope scope = new PointerScope()) {
      mean = Torch.keep(torch.zeros_like(values));
      square = Torch.keep(torch.zeros_like(values));
    }
  }

  @Override
  public void step(Tensor gradients, double learningRate, int count) {
    double stepSize = learningRate / (1 - Math.pow(BETA1, count));
    double correction = Math.sqrt(1 - Math.pow(BETA2, count));
    try (PointerScope scope = new PointerScope()) {
      values.mul_(new Scalar(1 - learningRate * weightDecay));
      mean.lerp_(gradients, new Scalar(1 - BETA1));
      square.mul_(new Scalar(BETA2)).addcmul_(gradients, gradients, new Scalar(1 - BETA2));
      Tensor root = square.sqrt().div_(new Scalar(correction)).add_(new Scalar(EPSILON));
      values.addcdiv_(mean, root, new Scalar(-stepSize));
    }
  }

  @Override
  public SortedMap<String, Tensor> tensors() {
    return new TreeMap<>(Map.of("exp_avg", mean, "exp_avg_sq", square));
  }

  @Override
  public double[] numbers() {
    return new double[0];
  }

  @Override
  public void numbers(double[] saved) {}

  @Override
  public void close() {
    Torch.release(mean);
    Torch.release(square);
  }
}
