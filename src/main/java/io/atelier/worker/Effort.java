package io.atelier.worker;

import io.atelier.flux.FluxTransformer;
import io.atelier.lora.TrainStep;
import io.atelier.nn.PeakMemory;
import io.atelier.spark.Sessions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;

/**
 * What one training took, all tasks together that started on it. What a task spent after its last
 * saved state and before its JVM was killed is not known and not counted.
 *
 * @param device where the last task ran: cpu or cuda:N; none if there was none
 * @param seconds wall time
 * @param gpuSeconds wall time on GPUs
 * @param peakMemory bytes, see {@link PeakMemory}; null if unknown
 * @param attempts tasks that started on it, from 1; more than 1 after an executor or a driver was
 *     lost, or if it failed before
 * @param resumedFrom the step of the saved state it went on from; 0 if it began at the start
 * @param checkpointed whether it ran with gradient checkpointing
 * @param ranOutOfMemory whether memory ran out and it was tried once more with less
 * @param executor the JVM it ran in
 * @param modelLoads how often that JVM had loaded a transformer's weights by then
 */
public record Effort(
    String device,
    double seconds,
    double gpuSeconds,
    Long peakMemory,
    int attempts,
    int resumedFrom,
    boolean checkpointed,
    boolean ranOutOfMemory,
    String executor,
    long modelLoads)
    implements Serializable {

  /** Of a training that did not begin. */
  public static Effort none() {
    return new Effort("none", 0, 0, null, 1, 0, false, false, null, 0);
  }

  /** Measures one training, from its making on. */
  static final class Meter {
    static final String LOCAL = "local";

    private final String device;
    private final EffortLog log;
    private final long start = System.nanoTime();
    private final long started = System.currentTimeMillis();
    private final List<TrainedAdapter.Step> steps = new ArrayList<>();
    private int resumedFrom;
    private int saved;
    private boolean ended;
    private boolean checkpointed;
    private boolean ranOutOfMemory;

    Meter(String device, EffortLog log) {
      this.device = device;
      this.log = log;
      PeakMemory.reset(device);
      note();
    }

    /** Makes known to later tasks what this one has spent so far. */
    void note() {
      log.note(spent());
    }

    /** The training is saved up to its present step. */
    void saved() {
      saved = steps.size();
      note();
    }

    /** The task has come to an end, good or bad. */
    void ended() {
      ended = true;
      note();
    }

    /** How many tasks in a row died on this training without getting further. */
    int deaths() {
      return log.deaths(application());
    }

    private EffortLog.Spent spent() {
      double seconds = (System.nanoTime() - start) / 1e9;
      return new EffortLog.Spent(application(), device, seconds, started, saved, ended);
    }

    /** On a local master there is nobody who would try again but the next run. */
    private static String application() {
      SparkEnv spark = SparkEnv.get();
      return spark == null || Sessions.isLocal(spark.conf().get("spark.master"))
          ? LOCAL
          : spark.conf().getAppId();
    }

    String device() {
      return device;
    }

    /** The training goes on after these steps of an earlier task. */
    void resumed(List<TrainStep> earlier) {
      resumedFrom = earlier.size();
      saved = resumedFrom;
      steps.clear();
      earlier.forEach(this::stepped);
      note();
    }

    void stepped(TrainStep step) {
      steps.add(TrainedAdapter.Step.of(step));
    }

    /** All steps so far, also those of a training that fails later. */
    List<TrainedAdapter.Step> steps() {
      return List.copyOf(steps);
    }

    void checkpointed(boolean on) {
      checkpointed = on;
    }

    void ranOutOfMemory() {
      ranOutOfMemory = true;
    }

    Effort read() {
      SparkEnv spark = SparkEnv.get();
      List<EffortLog.Spent> tasks = new ArrayList<>(log.earlier());
      tasks.add(spent());
      return new Effort(
          device,
          tasks.stream().mapToDouble(EffortLog.Spent::seconds).sum(),
          tasks.stream().mapToDouble(EffortLog.Spent::gpuSeconds).sum(),
          PeakMemory.bytes(device),
          tasks.size(),
          resumedFrom,
          checkpointed,
          ranOutOfMemory,
          spark == null ? null : spark.executorId(),
          ModelHost.loads(FluxTransformer.class));
    }
  }
}
