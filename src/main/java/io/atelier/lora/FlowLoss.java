package io.atelier.lora;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.Latents;
import io.atelier.flux.TransformerInput;
import io.atelier.nn.Scopes;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The flow-matching loss of FLUX.1 training (Lipman et al., Flow Matching for Generative Modeling,
 * 2022; diffusers {@code train_dreambooth_lora_flux.py}): the mean squared error, in float32, of
 * the predicted velocity against {@code noise - latents}, at {@code (1 - sigma) latents + sigma
 * noise}.
 *
 * @param latents [B, C, h, w], shifted and scaled
 * @param noise standard normal, the same shape
 * @param sigma noise level of each sample in [0, 1], [B]
 * @param t5 [B, S, D]
 * @param pooled [B, P]
 * @param guidance what the model is told, if it embeds guidance
 * @param teacher velocity to learn instead of {@code noise - latents}, [B, C, h, w]; null for none
 * @param weights what each patch counts in the mean, [B, h * w / 4]; null for all the same
 */
public record FlowLoss(
    Tensor latents,
    Tensor noise,
    Tensor sigma,
    Tensor t5,
    Tensor pooled,
    double guidance,
    Tensor teacher,
    Tensor weights) {

  /** The loss in which all patches count the same. */
  public FlowLoss(
      Tensor latents,
      Tensor noise,
      Tensor sigma,
      Tensor t5,
      Tensor pooled,
      double guidance,
      Tensor teacher) {
    this(latents, noise, sigma, t5, pooled, guidance, teacher, null);
  }

  /** The loss, a float32 scalar with its graph. */
  Tensor of(FluxTransformer model) {
    return error(velocity(model), target(device(model)));
  }

  /**
   * Adds {@code share} times the loss's gradients to those of every leaf that takes part.
   *
   * @param checkpointing see {@link FluxTransformer#backward}
   * @return the loss itself
   */
  public double backward(FluxTransformer model, double share, boolean checkpointing) {
    try (PointerScope scope = new PointerScope()) {
      Tensor target = target(device(model));
      double[] value = {0};
      model.backward(
          input(model),
          checkpointing,
          velocity -> {
            Tensor loss = error(velocity, target);
            value[0] = loss.item_double();
            return loss.mul(new Scalar(share));
          });
      return value[0];
    }
  }

  /** The velocity that the model predicts, packed [B, L, 4C]. */
  public Tensor velocity(FluxTransformer model) {
    try (PointerScope scope = new PointerScope()) {
      return Scopes.keep(model.forward(input(model)));
    }
  }

  private TransformerInput input(FluxTransformer model) {
    Tensor level = level(model);
    return new TransformerInput(
        Latents.pack(mixed(level)),
        t5,
        pooled,
        level,
        told(model, level),
        Latents.imageIds(latents.size(2), latents.size(3)),
        Latents.textIds(t5.size(1)));
  }

  private Tensor error(Tensor velocity, Tensor target) {
    Tensor squares = velocity.to(ScalarType.Float).sub(target).square();
    return weights == null
        ? squares.mean()
        : squares.mul(weights.to(squares.device(), ScalarType.Float).unsqueeze(2)).mean();
  }

  private Tensor target(Device device) {
    if (teacher != null) {
      return Latents.pack(teacher.to(device, ScalarType.Float));
    }
    Tensor clean = latents.to(device, ScalarType.Float);
    return Latents.pack(noise.to(device, ScalarType.Float).sub(clean));
  }

  private Tensor mixed(Tensor level) {
    Tensor share = level.view(-1, 1, 1, 1);
    Tensor keep = share.neg().add(new Scalar(1.0));
    Tensor clean = latents.to(level.device(), ScalarType.Float);
    return clean.mul(keep).add(noise.to(level.device(), ScalarType.Float).mul(share));
  }

  /** The model sees sigma in its own type; mixing with the same value keeps the two consistent. */
  private Tensor level(FluxTransformer model) {
    ScalarType own = model.compute().precision().scalarType();
    return sigma.to(device(model), own).to(ScalarType.Float);
  }

  private Tensor told(FluxTransformer model, Tensor level) {
    return model.config().guidanceEmbeds()
        ? torch.ones_like(level).mul_(new Scalar(guidance))
        : null;
  }

  private static Device device(FluxTransformer model) {
    return model.linears().values().iterator().next().original().device();
  }
}
