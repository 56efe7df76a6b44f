package io.atelier.flux;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.Scopes;
import io.atelier.nn.Torch;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** From noise to latents: Euler steps along the transformer's velocity, or steps with new noise. */
public final class Sampler {
  private static final float MODEL_TIME = 1000;

  private final FluxTransformer transformer;
  private final FlowMatchEuler scheduler;

  /** A sampler; the transformer stays the caller's. */
  public Sampler(FluxTransformer transformer, FlowMatchEuler scheduler) {
    this.transformer = transformer;
    this.scheduler = scheduler;
  }

  /**
   * What to sample: B images of one size.
   *
   * @param noise packed noise [B, L, C]
   * @param fresh further noise for a scheduler that is stochastic; null for any other
   * @param height height of the unpacked latents
   * @param width width of the unpacked latents
   * @param prompts B prompts
   * @param negative B negative prompts for true classifier-free guidance, or null for none
   * @param guidance the guidance scale of each image; ignored by a checkpoint without guidance
   * @param trueCfgScale the classifier-free guidance scale of each image; used with negative
   *     prompts
   * @param steps number of Euler steps
   */
  public record Plan(
      Tensor noise,
      ImageNoise fresh,
      long height,
      long width,
      PromptEmbedding.Batch prompts,
      PromptEmbedding.Batch negative,
      float[] guidance,
      float[] trueCfgScale,
      int steps) {

    /** Of the first noise of {@code noise}, and the rest where it is wanted. */
    public static Plan of(
        ImageNoise noise,
        PromptEmbedding.Batch prompts,
        PromptEmbedding.Batch negative,
        float[] guidance,
        float[] trueCfgScale,
        int steps) {
      return new Plan(
          noise.first(),
          noise,
          noise.height(),
          noise.width(),
          prompts,
          negative,
          guidance,
          trueCfgScale,
          steps);
    }
  }

  /** The denoised packed latents [B, L, C], in the transformer's precision and on its device. */
  public Tensor sample(Plan plan, StepListener listener) {
    if (scheduler.stochastic() && plan.fresh == null) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          "the checkpoint's scheduler has stochastic_sampling, but there is no noise for its steps;"
              + " plan with ImageNoise, or take a checkpoint without");
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard frozen = new NoGradGuard()) {
      Fixed fixed = new Fixed(plan);
      float[] sigmas = scheduler.sigmas(plan.noise.size(1), plan.steps);
      Tensor latents = transformer.own(plan.noise);
      for (int i = 0; i < plan.steps; i++) {
        Tensor next = step(plan, fixed, latents, sigmas[i], sigmas[i + 1]);
        latents.close();
        latents = next;
        listener.step(i + 1, plan.steps);
      }
      return Scopes.keep(latents);
    }
  }

  private Tensor step(Plan plan, Fixed fixed, Tensor latents, float from, float to) {
    try (PointerScope scope = new PointerScope()) {
      Tensor time = fixed.time(scheduler.timestep(from));
      Tensor velocity = fixed.velocity(plan.prompts, latents, time);
      if (plan.negative != null) {
        Tensor away = fixed.velocity(plan.negative, latents, time);
        velocity = away.add(fixed.scaled(velocity.sub(away)));
      }
      if (scheduler.stochastic()) {
        Tensor noise = plan.fresh.next().to(latents.device(), ScalarType.Float);
        return Scopes.keep(scheduler.stepAnew(latents, velocity, noise, from, to));
      }
      return Scopes.keep(scheduler.step(latents, velocity, from, to));
    }
  }

  /** The inputs of the transformer that all steps share. */
  private final class Fixed {
    private final int batch;
    private final Tensor guidance;
    private final Tensor trueCfgScale;
    private final Tensor imageIds;
    private final Tensor textIds;

    Fixed(Plan plan) {
      batch = Math.toIntExact(plan.noise.size(0));
      guidance = transformer.config().guidanceEmbeds() ? Torch.tensor(plan.guidance, batch) : null;
      trueCfgScale = Torch.tensor(plan.trueCfgScale, batch, 1, 1);
      imageIds = Latents.imageIds(plan.height, plan.width);
      textIds = Latents.textIds(plan.prompts.t5().size(1));
    }

    /** The time step, rounded to the latents' precision before it is divided, as diffusers does. */
    Tensor time(float timestep) {
      float[] times = new float[batch];
      Arrays.fill(times, timestep);
      return transformer.own(Torch.tensor(times, batch)).div(Torch.number(MODEL_TIME));
    }

    /** Rounded to the transformer's precision after the product, with a scale that is not. */
    Tensor scaled(Tensor difference) {
      Tensor scale = trueCfgScale.to(difference.device(), ScalarType.Float);
      return transformer.own(difference.to(ScalarType.Float).mul(scale));
    }

    Tensor velocity(PromptEmbedding.Batch prompts, Tensor latents, Tensor time) {
      return transformer.forward(
          new TransformerInput(
              latents, prompts.t5(), prompts.pooled(), time, guidance, imageIds, textIds));
    }
  }
}
