package io.atelier.worker;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.FluxTransformer;
import io.atelier.lora.Adapter;
import io.atelier.lora.Merge;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Renders batches adapter by adapter: merged once, all its batches, restored. */
public final class RenderImages implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ModelSpec model;
  private final TaskSettings task;

  /** Rendering with one checkpoint. */
  public RenderImages(ModelSpec model, TaskSettings task) {
    this.model = model;
    this.task = task;
  }

  /** Renders the jobs of one partition; an image that fails is a result with a reason. */
  public List<RenderedImage> apply(Iterator<RenderJob> jobs) {
    String device = task.begin();
    model.keepOnly(device, FluxTransformer.class, Autoencoder.class);
    List<RenderedImage> results = new ArrayList<>();
    while (jobs.hasNext()) {
      RenderJob job = jobs.next();
      results.addAll(
          Failures.guardRetried(
              () -> render(job, device), reason -> allFailed(job, reason, device)));
    }
    return results;
  }

  private List<RenderedImage> render(RenderJob job, String device) {
    try (LocalFiles files = new LocalFiles(task);
        ModelHost.Lease<FluxTransformer> transformer =
            model.borrow(FluxTransformer.class, device, FluxTransformer::load);
        ModelHost.Lease<Autoencoder> vae =
            model.borrow(Autoencoder.class, device, Autoencoder::load);
        Adapter adapter = adapter(job, files)) {
      if (adapter != null) {
        Merge.apply(transformer.model().linears(), List.of(new Merge.Weighted(adapter, 1)));
      }
      try {
        BatchRenderer renderer =
            new BatchRenderer(
                transformer.model(), vae.model(), model.scheduler(), task, files, device);
        List<RenderedImage> results = new ArrayList<>();
        for (RenderBatch batch : job.batches()) {
          results.addAll(renderer.render(job, batch));
        }
        return results;
      } finally {
        Merge.restore(transformer.model().linears());
      }
    }
  }

  /** The adapter to merge, or null; a resource that is null is not closed. */
  private Adapter adapter(RenderJob job, LocalFiles files) {
    return job.adapterUri() == null
        ? null
        : Adapter.read(files.of(task.lake().resolve(job.adapterUri()), job.adapterSha256()));
  }

  private static List<RenderedImage> allFailed(RenderJob job, String reason, String device) {
    List<RenderedImage> failed = new ArrayList<>();
    for (RenderBatch batch : job.batches()) {
      batch.images().stream()
          .filter(image -> !image.there())
          .forEach(
              image ->
                  failed.add(
                      RenderedImage.failed(image.requestId(), batch.batchId(), reason, device, 0)));
    }
    return failed;
  }
}
