package io.atelier.worker;

import io.atelier.flux.FluxTransformer;
import io.atelier.lora.TrainStep;
import io.atelier.nn.PeakMemory;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * What one training took.
 *
 * @param device cpu or cuda:N
 * @param seconds wall time
 * @param peakMemory bytes, see {@link PeakMemory}; null if unknown
 * @param attempts how often Spark gave the training to a task, from 1; more than 1 after an
 *     executor was lost
 * @param resumedFrom the step of the saved state it went on from; 0 if it began at the start
 * @param checkpointed whether it ran with gradient checkpointing
 * @param ranOutOfMemory whether memory ran out and it was tried once more with less
 * @param executor the JVM it ran in
 * @param modelLoads how many transformers that JVM had loaded by then
 */
public record Effort(
    String device,
    double seconds,
    Long peakMemory,
    int attempts,
    int resumedFrom,
    boolean checkpointed,
    boolean ranOutOfMemory,
    String executor,
    long modelLoads)
    implements Serializable {

  /** Of a training that did not begin. */
  public static Effort none(String device) {
    return new Effort(device, 0, null, 1, 0, false, false, null, 0);
  }

  /** Seconds that a GPU was held; 0 on a CPU. */
  public double gpuSeconds() {
    return device.equals("cpu") ? 0 : seconds;
  }

  /** Measures one training, from its making on. */
  static final class Meter {
    private final String device;
    private final long start = System.nanoTime();
    private final List<TrainedAdapter.Step> steps = new ArrayList<>();
    private int resumedFrom;
    private boolean checkpointed;
    private boolean ranOutOfMemory;

    Meter(String device) {
      this.device = device;
      PeakMemory.reset(device);
    }

    String device() {
      return device;
    }

    /** The training goes on after these steps of an earlier task. */
    void resumed(List<TrainStep> earlier) {
      resumedFrom = earlier.size();
      steps.clear();
      earlier.forEach(this::stepped);
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
      TaskContext context = TaskContext.get();
      SparkEnv spark = SparkEnv.get();
      return new Effort(
          device,
          (System.nanoTime() - start) / 1e9,
          PeakMemory.bytes(device),
          context == null ? 1 : context.attemptNumber() + 1,
          resumedFrom,
          checkpointed,
          ranOutOfMemory,
          spark == null ? null : spark.executorId(),
          ModelHost.loads(FluxTransformer.class));
    }
  }
}
