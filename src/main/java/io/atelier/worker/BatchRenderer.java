package io.atelier.worker;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.FlowMatchEuler;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.ImageNoise;
import io.atelier.flux.Latents;
import io.atelier.flux.Picture;
import io.atelier.flux.Pictures;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.Sampler;
import io.atelier.provenance.Hashes;
import io.atelier.spark.UnitRun;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** One batch: noise, denoising, decoding, PNG files under their request ids. */
final class BatchRenderer {
  private static final String NOT_FINITE =
      "NOT_FINITE: the denoised latent has values that are no numbers; render it in float32, or"
          + " look at the adapter's loss curve.";

  private final FluxTransformer transformer;
  private final Autoencoder vae;
  private final FlowMatchEuler scheduler;
  private final TaskSettings task;
  private final LocalFiles files;
  private final String device;

  BatchRenderer(
      FluxTransformer transformer,
      Autoencoder vae,
      FlowMatchEuler scheduler,
      TaskSettings task,
      LocalFiles files,
      String device) {
    this.transformer = transformer;
    this.vae = vae;
    this.scheduler = scheduler;
    this.task = task;
    this.files = files;
    this.device = device;
  }

  /** A result for every image of the batch that is not there already. */
  List<RenderedImage> render(RenderJob job, RenderBatch batch) {
    long start = System.nanoTime();
    List<RenderedImage> results =
        Failures.guard(
            () -> pictures(job, batch, start),
            reason ->
                batch.images().stream()
                    .filter(image -> !image.there())
                    .map(
                        image ->
                            RenderedImage.failed(
                                image.requestId(),
                                batch.batchId(),
                                reason,
                                device,
                                share(batch, start)))
                    .toList());
    task.done().add(batch.images().size());
    return results;
  }

  private List<RenderedImage> pictures(RenderJob job, RenderBatch batch, long start) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard frozen = new NoGradGuard()) {
      Tensor packed =
          new Sampler(transformer, scheduler)
              .sample(plan(batch), (step, of) -> UnitRun.stopIfGivenUp());
      int cell = vae.config().downscale();
      Tensor latents = Latents.unpack(packed, batch.height() / cell, batch.width() / cell);
      List<Picture> pictures = Pictures.of(vae.decode(latents));
      List<RenderedImage> results = new ArrayList<>();
      for (int i = 0; i < pictures.size(); i++) {
        RenderImage image = batch.images().get(i);
        if (image.there()) {
          continue;
        }
        boolean finite = latents.select(0, i).isfinite().all().item_bool();
        results.add(
            finite
                ? publish(job, batch, image, pictures.get(i), start)
                : RenderedImage.failed(
                    image.requestId(), batch.batchId(), NOT_FINITE, device, share(batch, start)));
      }
      return results;
    }
  }

  private Sampler.Plan plan(RenderBatch batch) {
    List<RenderImage> images = batch.images();
    int cell = vae.config().downscale();
    long height = batch.height() / cell;
    long width = batch.width() / cell;
    long[] seeds = images.stream().mapToLong(RenderImage::seed).toArray();
    ImageNoise noise = new ImageNoise(seeds, vae.config().latentChannels(), height, width);
    boolean negative = images.get(0).negativeEmbeddingId() != null;
    return Sampler.Plan.of(
        noise,
        embeddings(images, RenderImage::embeddingId),
        negative ? embeddings(images, RenderImage::negativeEmbeddingId) : null,
        floats(images, RenderImage::guidance),
        floats(images, RenderImage::trueCfg),
        batch.steps());
  }

  private PromptEmbedding.Batch embeddings(
      List<RenderImage> images, Function<RenderImage, String> id) {
    List<PromptEmbedding> prompts =
        images.stream()
            .map(image -> task.lake().embedding(id.apply(image)))
            .map(uri -> files.cached(uri, file -> EmbeddingFile.read(file, transformer.compute())))
            .toList();
    return PromptEmbedding.Batch.of(prompts);
  }

  private static float[] floats(List<RenderImage> images, Function<RenderImage, Double> value) {
    float[] values = new float[images.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value.apply(images.get(i)).floatValue();
    }
    return values;
  }

  private RenderedImage publish(
      RenderJob job, RenderBatch batch, RenderImage image, Picture picture, long start) {
    byte[] png = picture.png();
    URI uri = task.lake().image(job.subjectId(), image.requestId());
    task.store().publish(uri, png);
    return new RenderedImage(
        image.requestId(),
        batch.batchId(),
        task.lake().relative(uri),
        Hashes.of(png),
        Hashes.of(picture.rgb()),
        (long) png.length,
        picture.width(),
        picture.height(),
        null,
        device,
        share(batch, start));
  }

  private static double share(RenderBatch batch, long start) {
    return (System.nanoTime() - start) / 1e9 / batch.images().size();
  }
}
