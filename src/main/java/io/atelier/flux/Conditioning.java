package io.atelier.flux;

import io.atelier.nn.Layers;
import io.atelier.nn.Linear;
import io.atelier.nn.Parameters;
import io.atelier.nn.Scopes;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The vector that steers every block: time step, guidance and pooled prompt, each through a small
 * network, summed (diffusers {@code CombinedTimestepGuidanceTextProjEmbeddings}).
 */
final class Conditioning {
  private static final int FREQUENCIES = 128;
  private static final double MAX_PERIOD = 10000;

  private final Embedder time;
  private final Embedder guidance;
  private final Embedder text;

  Conditioning(Parameters parameters, TransformerConfig config) {
    String name = "time_text_embed.";
    int width = config.innerDim();
    time = new Embedder(parameters, name + "timestep_embedder", 2 * FREQUENCIES, width);
    guidance =
        config.guidanceEmbeds()
            ? new Embedder(parameters, name + "guidance_embedder", 2 * FREQUENCIES, width)
            : null;
    text = new Embedder(parameters, name + "text_embedder", config.pooledProjectionDim(), width);
  }

  /**
   * {@code sigma} and {@code strength} (null without guidance) are [B], {@code pooled} is [B, P];
   * the result is silu(sum), [B, width].
   */
  Tensor forward(Tensor sigma, Tensor strength, Tensor pooled) {
    try (PointerScope scope = new PointerScope()) {
      Tensor sum = time.forward(waves(sigma, pooled));
      if (guidance != null) {
        sum = sum.add(guidance.forward(waves(strength, pooled)));
      }
      return Scopes.keep(torch.silu(sum.add(text.forward(pooled))));
    }
  }

  /**
   * cos and sin of 1000 times the value. The value is rounded to the network's precision before the
   * product, as diffusers does: in bfloat16 that moves the time steps. Exponential, cosine and sine
   * are taken in float64: an angle is up to some thousand, so the last bit of a float32 frequency,
   * which differs from one vector instruction set to the next, would move its cosine by 1e-4.
   */
  private static Tensor waves(Tensor value, Tensor like) {
    Tensor scaled = value.to(like.device(), like.scalar_type()).mul(new Scalar(1000.0));
    Tensor angles = scaled.to(ScalarType.Float).unsqueeze(1).mul(frequencies(like));
    Tensor exact = angles.to(ScalarType.Double);
    Tensor waves = Layers.cat(1, exact.cos(), exact.sin());
    return waves.to(ScalarType.Float).to(like.scalar_type());
  }

  private static Tensor frequencies(Tensor like) {
    TensorOptions float32 = new TensorOptions(ScalarType.Float);
    Tensor steps = torch.arange(new Scalar(0), new Scalar(FREQUENCIES), float32);
    Tensor exponent =
        steps.mul(new Scalar(-Math.log(MAX_PERIOD))).div(new Scalar((double) FREQUENCIES));
    Tensor frequencies = exponent.to(ScalarType.Double).exp().to(ScalarType.Float);
    return frequencies.unsqueeze(0).to(like.device(), ScalarType.Float);
  }

  /** linear_2(silu(linear_1 x)). */
  private static final class Embedder {
    private final Linear first;
    private final Linear second;

    Embedder(Parameters parameters, String name, int in, int width) {
      first = parameters.linear(name + ".linear_1", in, width);
      second = parameters.linear(name + ".linear_2", width, width);
    }

    Tensor forward(Tensor x) {
      return second.forward(torch.silu(first.forward(x)));
    }
  }
}
