package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TextEncoders;
import io.atelier.lora.ClassPrior;
import io.atelier.lora.StepCost;
import io.atelier.lora.StepMemory;
import io.atelier.lora.Trainer;
import io.atelier.lora.TrainingSet;
import io.atelier.nn.Compute;
import io.atelier.nn.DeviceMemory;
import io.atelier.nn.PeakMemory;
import io.atelier.spark.TaskSlots;
import io.atelier.spark.UnitRun;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskKilledException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains one adapter after the other on the base model of this executor, which stays frozen. */
public final class TrainSubjects implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(TrainSubjects.class);

  /** Deaths in a row after which a training is given up. */
  private static final int MOST_DEATHS = 3;

  private final ModelSpec model;
  private final TaskSettings task;
  private final int saveEvery;

  /**
   * Training beside one checkpoint's transformer.
   *
   * @param saveEvery steps between two saved states of a training; 0 to save none
   */
  public TrainSubjects(ModelSpec model, TaskSettings task, int saveEvery) {
    this.model = model;
    this.task = task;
    this.saveEvery = saveEvery;
  }

  /** Trains the subjects of one partition; one that fails is a result with a reason. */
  public List<TrainedAdapter> apply(Iterator<TrainingJob> jobs) {
    String device = task.begin();
    List<TrainedAdapter> results = new ArrayList<>();
    while (jobs.hasNext()) {
      TrainingJob job = jobs.next();
      keepOnlyModels(job, device);
      Effort.Meter meter = new Effort.Meter(device, new EffortLog(task, job));
      try {
        results.add(
            Failures.guardRetried(
                () -> train(job, meter),
                reason -> TrainedAdapter.failed(job, reason, meter.read(), meter.steps())));
      } finally {
        meter.ended();
      }
    }
    return results;
  }

  /** As fast as its size allows; once more with as little memory as possible if it runs out. */
  private TrainedAdapter train(TrainingJob job, Effort.Meter meter) {
    int deaths = meter.deaths();
    if (deaths >= MOST_DEATHS) {
      // Spark ends a stage after four by default, and with it everybody else's training.
      throw new AtelierException(
          ErrorCode.OUT_OF_MEMORY,
          deaths
              + " tasks in a row were killed on this training at the same step; whether for memory"
              + " is in the executors' logs. Give executors more memory or lower train.resolution"
              + " or train.rank. The next run tries it again.");
    }
    if (deaths == MOST_DEATHS - 1) {
      // A system that kills for memory throws nothing.
      LOG.warn("{} tasks died on {}, once more with less memory", deaths, job.adapterId());
      return train(job, meter, true);
    }
    return OutOfMemory.onceMore(
        () -> train(job, meter, false),
        failure -> {
          LOG.warn("{} needs too much memory, once more with less", job.adapterId(), failure);
          PeakMemory.release(meter.device());
          meter.ranOutOfMemory();
          task.done().add(-meter.steps().size());
        },
        () -> train(job, meter, true));
  }

  private TrainedAdapter train(TrainingJob job, Effort.Meter meter, boolean scarce) {
    SavedState state = new SavedState(task, job, saveEvery);
    try (LocalFiles files = new LocalFiles(task);
        ModelHost.Lease<FluxTransformer> transformer =
            model.borrow(FluxTransformer.class, meter.device(), FluxTransformer::load);
        ModelHost.Lease<TextEncoders> encoders = encoders(job, meter.device());
        TrainingSet photos = photos(job, files);
        ClassPrior prior = prior(job, files)) {
      FluxTransformer base = transformer.model();
      StepMemory memory =
          scarce ? StepMemory.SCARCE : fitting(base, photos, prior, job, meter.device());
      boolean sound = false;
      try (Trainer trainer =
          state.resume(() -> trainer(job, base, encoders, photos, prior, memory))) {
        meter.checkpointed(trainer.memory().checkpointing());
        meter.resumed(trainer.history());
        UnitRun.stopIfGivenUp();
        task.done().add(trainer.done());
        trainer.run(
            step -> {
              UnitRun.stopIfGivenUp();
              task.done().add(1);
              meter.stepped(step);
              if (state.isDue(trainer)) {
                state.save(trainer);
                meter.saved();
              }
            });
        TrainedAdapter result = publish(job, trainer, meter);
        sound = true;
        return result;
      } catch (AtelierException | TaskKilledException named) {
        // A training that diverges, say, has taken its branches off: the base is as it was.
        sound = true;
        throw named;
      } finally {
        if (!sound) {
          transformer.discard();
        }
      }
    }
  }

  private TrainingSet photos(TrainingJob job, LocalFiles files) {
    return files.cached(task.lake().trainingSet(job.subjectId(), job.setId()), TrainingSet::read);
  }

  private StepMemory fitting(
      FluxTransformer base, TrainingSet photos, ClassPrior prior, TrainingJob job, String device) {
    Compute compute = new Compute(model.precision(), device);
    StepCost cost =
        job.inversion() == null
            ? StepCost.lora(base, photos, prior, job.lora(), job.train())
            : StepCost.inversion(base, model.checkpoint(), photos, job.inversion(), job.train());
    // On CPUs the machine's memory is for all the tasks that its cores can hold; those of this JVM
    // hold the weights together.
    TaskSlots slots = compute.onCpu() ? TaskSlots.here() : TaskSlots.ONE;
    return StepMemory.fitting(cost, slots.share(DeviceMemory.total(compute), cost.weights()));
  }

  /** Textual inversion reads captions anew in every step. */
  private void keepOnlyModels(TrainingJob job, String device) {
    if (job.inversion() == null) {
      model.keepOnly(device, FluxTransformer.class);
    } else {
      model.keepOnly(device, FluxTransformer.class, TextEncoders.class);
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
        ? new Trainer(transformer, photos, prior, job.lora(), job.train(), job.trainingId(), memory)
        : Trainer.inversion(
            transformer,
            encoders.model(),
            photos,
            job.inversion(),
            job.train(),
            job.trainingId(),
            memory);
  }

  /** The class samples, or null; a resource that is null is not closed. */
  private ClassPrior prior(TrainingJob job, LocalFiles files) {
    return job.prior() == null
        ? null
        : files.cached(task.lake().prior(job.prior().priorId()), ClassPrior::read);
  }

  private TrainedAdapter publish(TrainingJob job, Trainer trainer, Effort.Meter meter) {
    ScratchFile.Published file =
        ScratchFile.publish(
            task.store(),
            sha256 -> task.lake().adapter(job.subjectId(), job.adapterId(), sha256),
            local -> trainer.write(local, job.lineage()));
    return new TrainedAdapter(
        job.adapterId(),
        task.lake().relative(file.uri()),
        file.sha256(),
        file.bytes(),
        null,
        meter.steps(),
        meter.read());
  }
}
