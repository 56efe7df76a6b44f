package io.atelier.worker;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TextEncoders;
import io.atelier.lora.ClassPrior;
import io.atelier.lora.StepMemory;
import io.atelier.lora.Trainer;
import io.atelier.lora.TrainingSet;
import io.atelier.provenance.Hashes;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Trains one adapter after the other on the base model of this executor, which stays frozen. */
public final class TrainSubjects implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ModelSpec model;
  private final TaskSettings task;

  /** Training beside one checkpoint's transformer. */
  public TrainSubjects(ModelSpec model, TaskSettings task) {
    this.model = model;
    this.task = task;
  }

  /** Trains the subjects of one partition; one that fails is a result with a reason. */
  public List<TrainedAdapter> apply(Iterator<TrainingJob> jobs) {
    String device = TaskDevice.prepare(task.device(), task.threads());
    List<TrainedAdapter> results = new ArrayList<>();
    while (jobs.hasNext()) {
      TrainingJob job = jobs.next();
      keepOnlyModels(job);
      long start = System.nanoTime();
      results.add(
          Failures.guard(
              () -> train(job, device, start),
              reason -> TrainedAdapter.failed(job, reason, secondsSince(start), device)));
    }
    return results;
  }

  private TrainedAdapter train(TrainingJob job, String device, long start) {
    Path set = task.local(task.lake().trainingSet(job.subjectId(), job.setId()));
    List<TrainedAdapter.Step> steps = new ArrayList<>();
    try (ModelHost.Lease<FluxTransformer> transformer =
            model.borrow(FluxTransformer.class, device, FluxTransformer::load);
        ModelHost.Lease<TextEncoders> encoders = encoders(job, device);
        TrainingSet photos = TrainingSet.read(set);
        ClassPrior prior = prior(job)) {
      boolean finished = false;
      try (Trainer trainer =
          trainer(job, transformer.model(), encoders, photos, prior, StepMemory.AMPLE)) {
        trainer.run(
            step -> {
              steps.add(
                  new TrainedAdapter.Step(
                      step.step(),
                      step.loss(),
                      step.gradientNorm(),
                      step.learningRate(),
                      step.sigma()));
              task.done().add(1);
            });
        TrainedAdapter result = publish(job, trainer, steps, device, start);
        finished = true;
        return result;
      } finally {
        if (!finished) {
          transformer.discard();
        }
      }
    }
  }

  /** Textual inversion reads captions anew in every step. */
  private static void keepOnlyModels(TrainingJob job) {
    if (job.inversion() == null) {
      ModelHost.keepOnly(FluxTransformer.class);
    } else {
      ModelHost.keepOnly(FluxTransformer.class, TextEncoders.class);
    }
  }

  /** The text encoders if they are needed, or null. */
  private ModelHost.Lease<TextEncoders> encoders(TrainingJob job, String device) {
    return job.inversion() == null
        ? null
        : model.borrow(TextEncoders.class, device, TextEncoders::load);
  }

  private static Trainer trainer(
      TrainingJob job,
      FluxTransformer transformer,
      ModelHost.Lease<TextEncoders> encoders,
      TrainingSet photos,
      ClassPrior prior,
      StepMemory memory) {
    return job.inversion() == null
        ? new Trainer(transformer, photos, prior, job.lora(), job.train(), job.adapterId(), memory)
        : Trainer.inversion(
            transformer,
            encoders.model(),
            photos,
            job.inversion(),
            job.train(),
            job.adapterId(),
            memory);
  }

  /** The class samples, or null; a resource that is null is not closed. */
  private ClassPrior prior(TrainingJob job) {
    return job.prior() == null
        ? null
        : ClassPrior.read(task.local(task.lake().prior(job.prior().priorId())));
  }

  private TrainedAdapter publish(
      TrainingJob job,
      Trainer trainer,
      List<TrainedAdapter.Step> steps,
      String device,
      long start) {
    URI uri = task.lake().adapter(job.subjectId(), job.adapterId());
    ScratchFile.publish(task.store(), uri, file -> trainer.write(file, job.lineage()));
    byte[] written = task.store().read(uri);
    return new TrainedAdapter(
        job.adapterId(),
        task.lake().relative(uri),
        Hashes.of(written),
        (long) written.length,
        null,
        steps,
        secondsSince(start),
        device);
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
