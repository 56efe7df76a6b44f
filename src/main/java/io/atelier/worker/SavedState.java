package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.lora.Trainer;
import java.net.URI;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of one training in the lake, saved every so many steps and at its end, so that a task
 * on any executor goes on from it. The driver deletes it once the adapter's row is there.
 */
final class SavedState {
  private static final Logger LOG = LoggerFactory.getLogger(SavedState.class);

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
    this.file = task.lake().checkpoint(job.subjectId(), job.adapterId());
    this.every = every;
  }

  /**
   * A trainer that goes on from the state, or one at step 0 if there is none or it is of no use.
   *
   * @param fresh makes a trainer at step 0
   */
  Trainer resume(Supplier<Trainer> fresh) {
    Trainer trainer = fresh.get();
    if (every == 0 || !task.store().exists(file)) {
      return trainer;
    }
    try {
      ScratchFile.read(task.store(), file, trainer::restore);
      return trainer;
    } catch (RuntimeException failure) {
      trainer.close();
      if (!isUseless(failure)) {
        throw failure;
      }
      LOG.warn("{} is of no use, so the training starts from step 0", file, failure);
      return fresh.get();
    }
  }

  /** Saves the state if it is time to. */
  void saveIfDue(Trainer trainer) {
    if (every > 0 && (trainer.done() % every == 0 || trainer.finished())) {
      ScratchFile.publish(task.store(), file, trainer::save);
    }
  }

  /** Whether the file is to blame, and not the machine. */
  private static boolean isUseless(RuntimeException failure) {
    return !OutOfMemory.is(failure)
        && !(failure instanceof AtelierException known && Failures.isTheMachines(known.code()));
  }
}
