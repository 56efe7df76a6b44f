package io.atelier.lora;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.Latents;
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
 */
record FlowLoss(
    Tensor latents, Tensor noise, Tensor sigma, Tensor t5, Tensor pooled, double guidance) {

  /** The loss, a float32 scalar with its graph. */
  Tensor of(FluxTransformer model) {
    Device device = model.linears().values().iterator().next().original().device();
    Tensor clean = latents.to(device, ScalarType.Float);
    Tensor noisy = noise.to(device, ScalarType.Float);
    // The model sees sigma in its own type; mixing with the same value keeps the two consistent.
    Tensor level = sigma.to(device, model.compute().precision().scalarType()).to(ScalarType.Float);
    Tensor share = level.view(-1, 1, 1, 1);
    Tensor keep = share.neg().add(new Scalar(1.0));
    Tensor mixed = clean.mul(keep).add(noisy.mul(share));
    Tensor target = Latents.pack(noisy.sub(clean));
    Tensor predicted = predict(model, Latents.pack(mixed), level);
    return predicted.to(ScalarType.Float).sub(target).square().mean();
  }

  private Tensor predict(FluxTransformer model, Tensor packed, Tensor level) {
    Tensor told =
        model.config().guidanceEmbeds() ? torch.ones_like(level).mul_(new Scalar(guidance)) : null;
    return model.forward(
        packed,
        t5,
        pooled,
        level,
        told,
        Latents.imageIds(latents.size(2), latents.size(3)),
        Latents.textIds(t5.size(1)));
  }
}
