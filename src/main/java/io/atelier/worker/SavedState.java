package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.lora.Trainer;
import java.net.URI;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one training in the lake, saved every so many steps and at its end, so that a task
 * on any executor goes on from it. The driver deletes it once the adapter's row is there.
 */
final class SavedState {
  private static final Logger LOG = LoggerFactory.getLogger(SavedState.class);

  /** The file is to blame; after any other failure another try may well read it. */
  private static final Set<ErrorCode> USELESS =
      EnumSet.of(ErrorCode.BAD_INPUT, ErrorCode.BAD_SAFETENSORS);

  private final TaskSettings task;
  private final URI file;
  private final int every;

  /**
   * The state of a job.
   *
   * @param every steps between two states; 0 to save none
   */
  SavedState(TaskSettings task, TrainingJob job, int every) {
    this.task = task;
    this.file = task.lake().checkpoint(job.subjectId(), job.trainingId());
    this.every = every;
  }

  /**
   * A trainer that goes on from the state, or one at step 0 if there is none or it is of no use.
   *
   * @param fresh makes a trainer at step 0
   */
  Trainer resume(Supplier<Trainer> fresh) {
    if (every == 0 || !task.store().exists(file)) {
      return fresh.get();
    }
    Trainer trainer = fresh.get();
    boolean resumed = false;
    try {
      ScratchFile.read(task.store(), file, trainer::restore);
      resumed = true;
      return trainer;
    } catch (AtelierException failure) {
      if (!USELESS.contains(failure.code())) {
        throw failure;
      }
      LOG.warn("{} is of no use, so the training starts from step 0", file, failure);
    } finally {
      if (!resumed) {
        trainer.close();
      }
    }
    return fresh.get();
  }

  /** Whether it is time to save. */
  boolean isDue(Trainer trainer) {
    return every > 0 && (trainer.done() % every == 0 || trainer.finished());
  }

  /** Saves the state. */
  void save(Trainer trainer) {
    ScratchFile.publish(task.store(), file, trainer::save);
  }
}
