package io.atelier.flux;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.CloseStack;
import io.atelier.nn.Compute;
import io.atelier.nn.Scopes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Text to image with a whole checkpoint (diffusers {@code FluxPipeline}). One thread at a time. For
 * long runs that hold one part at a time, load the parts by themselves.
 */
public final class FluxPipeline implements AutoCloseable {
  private final TextEncoders textEncoders;
  private final FluxTransformer transformer;
  private final Autoencoder autoencoder;
  private final Sampler sampler;
  private LearnedWord learned;

  /** A pipeline of parts that it closes with itself. */
  public FluxPipeline(
      TextEncoders textEncoders,
      FluxTransformer transformer,
      Autoencoder autoencoder,
      FlowMatchEuler scheduler) {
    this.textEncoders = textEncoders;
    this.transformer = transformer;
    this.autoencoder = autoencoder;
    this.sampler = new Sampler(transformer, scheduler);
  }

  /** Loads every part of the checkpoint folder {@code root}. */
  public static FluxPipeline load(Path root, Compute compute) {
    return load(Checkpoint.open(root), compute);
  }

  /** Loads every part of a checkpoint. */
  public static FluxPipeline load(Checkpoint checkpoint, Compute compute) {
    try (CloseStack onFailure = new CloseStack()) {
      FluxPipeline result =
          new FluxPipeline(
              onFailure.add(TextEncoders.load(checkpoint, compute)),
              onFailure.add(FluxTransformer.load(checkpoint, compute)),
              onFailure.add(Autoencoder.load(checkpoint, compute)),
              new FlowMatchEuler(checkpoint.scheduler()));
      onFailure.release();
      return result;
    }
  }

  /**
   * From now on, {@code word} stands for its vectors in prompts that have it. The tensors stay the
   * caller's.
   */
  public void learn(LearnedWord word) {
    learned = word;
  }

  /** The transformer, for adapters. */
  public FluxTransformer transformer() {
    return transformer;
  }

  /** The text encoders. */
  public TextEncoders textEncoders() {
    return textEncoders;
  }

  /** The autoencoder. */
  public Autoencoder autoencoder() {
    return autoencoder;
  }

  /**
   * Makes one image for each request, in their order, in one batch. All must agree in size, steps,
   * T5 length and in whether they use true classifier-free guidance.
   */
  public List<Picture> generate(List<ImageRequest> requests, StepListener listener) {
    try (PointerScope scope = new PointerScope()) {
      ImageNoise noise = noise(requests);
      Tensor latents = latents(requests, noise, noise.first(), listener);
      return Pictures.of(decode(latents, requests.get(0)));
    }
  }

  /** The noise of the requests' seeds, in the caller's scope. */
  public ImageNoise noise(List<ImageRequest> requests) {
    ImageRequest first = requests.get(0);
    long[] seeds = requests.stream().mapToLong(ImageRequest::seed).toArray();
    int channels = autoencoder.config().latentChannels();
    return new ImageNoise(seeds, channels, latent(first.height()), latent(first.width()));
  }

  /**
   * The denoised packed latents [B, L, C] that start from {@code begin} [B, L, C].
   *
   * @param noise where a stochastic scheduler takes more noise from
   */
  public Tensor latents(
      List<ImageRequest> requests, ImageNoise noise, Tensor begin, StepListener listener) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard frozen = new NoGradGuard()) {
      ImageRequest first = requests.get(0);
      requests.forEach(request -> requireSameShape(first, request));
      Map<String, PromptEmbedding> known = new HashMap<>();
      Sampler.Plan plan =
          new Sampler.Plan(
              begin,
              noise,
              latent(first.height()),
              latent(first.width()),
              encode(requests, ImageRequest::prompt, known),
              first.trueCfg() ? encode(requests, ImageRequest::negativePrompt, known) : null,
              values(requests, ImageRequest::guidance),
              values(requests, ImageRequest::trueCfgScale),
              first.steps());
      return Scopes.keep(sampler.sample(plan, listener));
    }
  }

  /** The images [B, 3, H, W] in about [-1, 1] of packed latents [B, L, C]. */
  public Tensor decode(Tensor packed, ImageRequest size) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard frozen = new NoGradGuard()) {
      Tensor latents = Latents.unpack(packed, latent(size.height()), latent(size.width()));
      return Scopes.keep(autoencoder.decode(latents));
    }
  }

  @Override
  public void close() {
    autoencoder.close();
    transformer.close();
    textEncoders.close();
  }

  private PromptEmbedding.Batch encode(
      List<ImageRequest> requests,
      Function<ImageRequest, String> text,
      Map<String, PromptEmbedding> known) {
    int length = requests.get(0).t5Length();
    return PromptEmbedding.Batch.of(
        requests.stream()
            .map(text)
            .map(prompt -> known.computeIfAbsent(prompt, p -> encode(p, length)))
            .toList());
  }

  private PromptEmbedding encode(String prompt, int length) {
    return learned != null && learned.isIn(prompt)
        ? textEncoders.encode(prompt, length, learned)
        : textEncoders.encode(prompt, length);
  }

  private static float[] values(List<ImageRequest> requests, Function<ImageRequest, Double> value) {
    float[] values = new float[requests.size()];
    for (int b = 0; b < values.length; b++) {
      values[b] = value.apply(requests.get(b)).floatValue();
    }
    return values;
  }

  private long latent(int pixels) {
    int downscale = autoencoder.config().downscale();
    if (pixels < 1 || pixels % (2 * downscale) != 0) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "the width or height of an image is "
              + pixels
              + " pixels; latents come in patches, so it must be a multiple of "
              + 2 * downscale);
    }
    return pixels / downscale;
  }

  private static void requireSameShape(ImageRequest first, ImageRequest other) {
    if (!first.sameShape(other)) {
      throw new AtelierException(
          ErrorCode.INTERNAL,
          "images of different size, steps, T5 length or guidance mode are in one batch: "
              + first
              + " and "
              + other
              + "; put them into batches of their own");
    }
  }
}
