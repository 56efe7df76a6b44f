package io.atelier.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import io.atelier.store.Locations;
import io.atelier.store.StoredFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every task that started on one training has spent, one small file a task beside the saved
 * state. Not in the state: a task counts from its start, when there may be none yet. A task's file
 * is its own, so one that Spark has given up but that still runs does not spoil the figures. They
 * are for information, so a store that fails here fails no training.
 */
final class EffortLog {
  private static final Logger LOG = LoggerFactory.getLogger(EffortLog.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUFFIX = ".json";

  /**
   * What one task has spent, as far as is known.
   *
   * @param application the Spark application, one name for all on local masters; null in files of
   *     older versions
   * @param device cpu or cuda:N
   * @param started when it began, milliseconds since 1970
   * @param step the last saved step it knows of
   * @param ended whether it came to an end, good or bad; not if its JVM died
   */
  record Spent(
      String application, String device, double seconds, long started, int step, boolean ended) {

    /** Seconds that a GPU was held; 0 on a CPU. */
    double gpuSeconds() {
      return device.equals("cpu") ? 0 : seconds;
    }
  }

  private final TaskSettings task;
  private final URI own;
  private final List<Spent> earlier;

  /** Reads what earlier tasks spent. */
  EffortLog(TaskSettings task, TrainingJob job) {
    this.task = task;
    URI folder = task.lake().efforts(job.subjectId(), job.trainingId());
    own = Locations.child(folder, UUID.randomUUID() + SUFFIX);
    earlier = read(folder);
  }

  private List<Spent> read(URI folder) {
    List<Spent> spent = new ArrayList<>();
    try {
      if (task.store().exists(folder)) {
        for (StoredFile file : task.store().list(folder)) {
          // A task that was killed while it wrote leaves a part of a file under another name.
          if (file.path().endsWith(SUFFIX)) {
            spent.add(JSON.readValue(task.store().read(file.uri()), Spent.class));
          }
        }
      }
    } catch (AtelierException | IOException e) {
      LOG.warn("cannot read all of {}; what earlier tasks spent is not counted", folder, e);
    }
    return spent;
  }

  /** Writes down what this task has spent since it started. */
  void note(Spent spent) {
    try {
      task.store().publish(own, JSON.writeValueAsBytes(spent));
    } catch (AtelierException e) {
      LOG.warn("cannot write {}", own, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * How many tasks of this application died one after the other, up to now, without a step further
   * between them. Those of an earlier one died with their driver or their cluster.
   */
  int deaths(String application) {
    List<Spent> latest = new ArrayList<>(earlier);
    latest.sort(Comparator.comparingLong(Spent::started).reversed());
    return (int)
        latest.stream()
            .takeWhile(
                task ->
                    !task.ended()
                        && application.equals(task.application())
                        && task.step() == latest.get(0).step())
            .count();
  }

  /** What earlier tasks have spent. */
  List<Spent> earlier() {
    return earlier;
  }
}
