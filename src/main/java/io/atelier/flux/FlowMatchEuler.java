package io.atelier.flux;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Noise levels and Euler steps of flow matching (diffusers {@code FlowMatchEulerDiscreteScheduler}
 * as {@code FluxPipeline} drives it), with the same float32 roundings.
 */
public final class FlowMatchEuler {
  private final SchedulerConfig config;

  /** The schedule that {@code config} describes. */
  public FlowMatchEuler(SchedulerConfig config) {
    this.config = config;
  }

  /**
   * The noise levels of {@code steps} steps for an image of {@code imageTokens} tokens: steps + 1
   * falling values from 1 to 0.
   */
  public float[] sigmas(long imageTokens, int steps) {
    if (steps < 1) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, "steps is " + steps + "; an image needs at least 1");
    }
    double last = 1.0 / steps;
    double stride = steps == 1 ? 0 : (last - 1.0) / (steps - 1);
    float[] sigmas = new float[steps + 1];
    for (int i = 0; i < steps; i++) {
      double even = i == steps - 1 && steps > 1 ? last : i * stride + 1.0;
      sigmas[i] = shift((float) even, imageTokens);
    }
    return sigmas;
  }

  /** The exponent of the dynamic shift: linear in the number of image tokens. */
  public double mu(long imageTokens) {
    double slope =
        (config.maxShift() - config.baseShift())
            / (config.maxImageSeqLen() - config.baseImageSeqLen());
    return imageTokens * slope + (config.baseShift() - slope * config.baseImageSeqLen());
  }

  private float shift(float sigma, long imageTokens) {
    if (config.useDynamicShifting()) {
      float e = (float) Math.exp(mu(imageTokens));
      return e / (e + (1f / sigma - 1f));
    }
    float factor = (float) config.shift();
    return factor * sigma / (1f + (float) (config.shift() - 1) * sigma);
  }

  /** The time step of a noise level, in training steps. */
  public float timestep(float sigma) {
    return sigma * config.numTrainTimesteps();
  }

  /**
   * One step of {@code sample} along {@code velocity} from one noise level to the next. The
   * difference of the levels and the product are rounded to the velocity's precision, the sum is
   * float32, the result has the velocity's precision.
   */
  public Tensor step(Tensor sample, Tensor velocity, float from, float to) {
    try (PointerScope scope = new PointerScope()) {
      Tensor moved = times(velocity, to - from);
      Tensor sum = sample.to(ScalarType.Float).add(moved);
      return Scopes.keep(sum.to(velocity.scalar_type()));
    }
  }

  /** Whether steps take fresh noise: {@link #stepAnew}, not {@link #step}. */
  public boolean stochastic() {
    return config.stochasticSampling();
  }

  /**
   * One step with fresh noise (diffusers' {@code stochastic_sampling}): the picture that {@code
   * velocity} says is behind {@code sample}, mixed with {@code noise} at the next level. What a
   * step gets wrong, the next ones see and mend, where {@link #step} carries it to the end.
   *
   * @param noise float32, standard normal, in the shape of the sample
   */
  public Tensor stepAnew(Tensor sample, Tensor velocity, Tensor noise, float from, float to) {
    try (PointerScope scope = new PointerScope()) {
      Tensor clean = sample.to(ScalarType.Float).sub(times(velocity, from));
      Tensor mixed =
          clean.mul(new Scalar((double) (1f - to))).add(noise.mul(new Scalar((double) to)));
      return Scopes.keep(mixed.to(velocity.scalar_type()));
    }
  }

  /** As PyTorch multiplies a level's tensor: a Scalar would not be rounded to bfloat16. */
  private static Tensor times(Tensor velocity, float level) {
    Tensor one = Torch.tensor(new float[] {level}, 1);
    return velocity.mul(one.to(velocity.device(), velocity.scalar_type()));
  }
}
