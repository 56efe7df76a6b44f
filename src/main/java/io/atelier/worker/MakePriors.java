package io.atelier.worker;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.ImageNoise;
import io.atelier.flux.Latents;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.Sampler;
import io.atelier.flux.VaeConfig;
import io.atelier.lora.ClassPrior;
import io.atelier.lora.Merge;
import io.atelier.lora.TrainingSet;
import io.atelier.nn.Scopes;
import io.atelier.provenance.Hashes;
import io.atelier.spark.UnitRun;
import java.io.Serializable;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Makes the class samples of prior preservation: latents that the base model denoises from the
 * class's caption, one file a class noun, shared by all of its subjects. They stay latents:
 * decoding and encoding them again would only blur them.
 */
public final class MakePriors implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ModelSpec model;
  private final TaskSettings task;

  /** Samples of one checkpoint. */
  public MakePriors(ModelSpec model, TaskSettings task) {
    this.model = model;
    this.task = task;
  }

  /** Makes those of one partition; one that fails is a result with a reason. */
  public List<MadePrior> apply(Iterator<PriorJob> jobs) {
    String device = task.begin();
    model.keepOnly(device, FluxTransformer.class);
    List<MadePrior> results = new ArrayList<>();
    while (jobs.hasNext()) {
      PriorJob job = jobs.next();
      results.add(
          Failures.guardRetried(
              () -> make(job, device),
              reason -> new MadePrior(job.priorId(), null, null, null, reason)));
    }
    return results;
  }

  private MadePrior make(PriorJob job, String device) {
    URI target = task.lake().prior(job.priorId());
    if (task.store().exists(target)) {
      task.done().add(job.samples());
      return made(
          job,
          target,
          new ScratchFile.Published(
              target, StoredHash.of(task.store(), target), task.store().size(target)));
    }
    try (PointerScope scope = new PointerScope();
        ClassPrior prior = prior(job, device)) {
      return made(job, target, ScratchFile.publish(task.store(), target, prior::write));
    }
  }

  private MadePrior made(PriorJob job, URI target, ScratchFile.Published file) {
    return new MadePrior(
        job.priorId(), task.lake().relative(target), file.sha256(), file.bytes(), null);
  }

  private ClassPrior prior(PriorJob job, String device) {
    URI embedding = task.lake().embedding(job.embeddingId());
    try (LocalFiles files = new LocalFiles(task);
        ModelHost.Lease<FluxTransformer> transformer =
            model.borrow(FluxTransformer.class, device, FluxTransformer::load)) {
      PromptEmbedding prompt =
          EmbeddingFile.read(files.of(embedding), transformer.model().compute());
      Merge.restore(transformer.model().linears());
      Sampler sampler = new Sampler(transformer.model(), model.scheduler());
      VaeConfig vae = model.checkpoint().vae();
      List<ClassPrior.Row> rows = new ArrayList<>();
      for (int sample = 0; sample < job.samples(); sample++) {
        rows.add(ClassPrior.Row.image(latent(job, prompt, sampler, vae, sample)));
        task.done().add(1);
      }
      TrainingSet.Caption caption = new TrainingSet.Caption(prompt.t5(), prompt.pooled());
      ClassPrior images = new ClassPrior(caption, rows);
      if (!job.taught()) {
        return images;
      }
      try (images) {
        return ClassPrior.taught(
            transformer.model(), images, job.sigmaSampling(), job.trainGuidance(), job.priorId());
      }
    }
  }

  private static Tensor latent(
      PriorJob job, PromptEmbedding prompt, Sampler sampler, VaeConfig vae, int sample) {
    int side = job.side() / vae.downscale();
    int channels = vae.latentChannels();
    try (PointerScope scope = new PointerScope();
        NoGradGuard frozen = new NoGradGuard()) {
      long[] seed = {seed(job, sample)};
      Sampler.Plan plan =
          Sampler.Plan.of(
              new ImageNoise(seed, channels, side, side),
              PromptEmbedding.Batch.of(List.of(prompt)),
              null,
              new float[] {(float) job.guidance()},
              new float[] {1},
              job.steps());
      Tensor packed = sampler.sample(plan, (step, of) -> UnitRun.stopIfGivenUp());
      Tensor latent = Latents.unpack(packed, side, side).squeeze(0);
      return Scopes.keep(latent.cpu().to(ScalarType.Float).contiguous());
    }
  }

  private static long seed(PriorJob job, int sample) {
    byte[] hash = HexFormat.of().parseHex(Hashes.ofFields("class", job.priorId(), sample));
    return ByteBuffer.wrap(hash).getLong() & Long.MAX_VALUE;
  }
}
