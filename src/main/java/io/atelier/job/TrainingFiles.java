package io.atelier.job;

import io.atelier.store.Lake;
import io.atelier.store.Store;
import io.atelier.store.StoredFile;
import io.atelier.worker.TrainingJob;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What trainings keep in the lake: saved states, until the adapter is there; latents of photos, as
 * long as the lake has the photos and the settings ask for them, so that a training with another
 * rank or rate needs no encoder; parts of files. It is people's data, so nothing of a subject stays
 * that has taken its consent back. Another run may be at work on the same lake with other settings,
 * so what this one does not plan is left alone until it is old.
 */
final class TrainingFiles {
  private static final Duration OLD = Duration.ofDays(7);

  private final Store store;
  private final Lake lake;
  private final Instant now;
  private final Set<String> adapters;
  private final Set<String> lost;
  private final List<StoredFile> unknown = new ArrayList<>();

  /**
   * The files of a lake; lists its adapters, once.
   *
   * @param adapters the adapter files that rows speak of, relative to the lake's root
   */
  TrainingFiles(JobContext context, Set<String> adapters) {
    this.adapters = adapters;
    store = context.store();
    lake = context.lake();
    now = context.now();
    lost = new HashSet<>(adapters);
    Iterator<StoredFile> files = files(lake.adapters());
    while (files.hasNext()) {
      StoredFile file = files.next();
      if (!lost.remove(lake.relative(file.uri()))) {
        unknown.add(file);
      }
    }
  }

  /** The adapter files that rows speak of and that somebody has deleted. */
  Set<String> lost() {
    return lost;
  }

  /** A training is over and its adapter's row is there. */
  void done(TrainingJob job) {
    store.delete(lake.checkpoint(job.subjectId(), job.trainingId()));
    store.deleteFolder(lake.efforts(job.subjectId(), job.trainingId()));
  }

  /** Nothing is to be trained of a subject; what a killed run has left goes too. */
  void forget(String subjectId) {
    sweep(files(lake.adapters(subjectId)), file -> !isKnown(file));
    store.deleteFolder(lake.trainingSets(subjectId));
    store.deleteFolder(lake.checkpoints(subjectId));
  }

  /**
   * Deletes what earlier runs have left because they were killed or because plans have changed.
   *
   * @param planned the trainings of this run
   * @param done ids of the trainings that have an adapter
   */
  void sweep(Collection<TrainingJob> planned, Set<String> done) {
    Set<String> trainings = new HashSet<>();
    Set<String> sets = new HashSet<>();
    for (TrainingJob job : planned) {
      trainings.add(job.trainingId());
      sets.add(job.setId());
    }
    sweep(
        files(lake.checkpoints()),
        file -> done.contains(owner(file)) || (!trainings.contains(owner(file)) && isOld(file)));
    sweep(files(lake.trainingSets()), file -> !sets.contains(owner(file)) && isOld(file));
    sweep(unknown.iterator(), this::isOld);
  }

  private Iterator<StoredFile> files(URI folder) {
    return store.exists(folder) ? store.walk(folder, true) : Collections.emptyIterator();
  }

  private void sweep(Iterator<StoredFile> files, Predicate<StoredFile> useless) {
    while (files.hasNext()) {
      StoredFile file = files.next();
      if (useless.test(file)) {
        store.delete(file.uri());
      }
    }
  }

  /** The training or the set: subject/owner.safetensors, or subject/owner/task.json. */
  private static String owner(StoredFile file) {
    String[] path = file.path().split("/");
    return path[Math.min(1, path.length - 1)].replace(".safetensors", "");
  }

  /** An adapter that a row speaks of, and not what a killed process has left. */
  private boolean isKnown(StoredFile file) {
    return adapters.contains(lake.relative(file.uri()));
  }

  private boolean isOld(StoredFile file) {
    return file.modified().isBefore(now.minus(OLD));
  }
}
