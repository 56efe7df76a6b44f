package io.atelier.worker;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.Torch;
import io.atelier.spark.GpuStage;

/** Where the current Spark task computes. */
final class TaskDevice {
  private TaskDevice() {}

  /**
   * The device Spark gave this task, and libtorch's threads set to the task's cores.
   *
   * @param wanted {@code auto}: the task's GPU if it has one, else the CPU; {@code cuda}: the
   *     task's GPU, an error without; {@code cpu}
   * @param threads intra-op threads; 0 for the task's cores ({@code spark.task.cpus})
   * @return {@code cpu} or {@code cuda:N}
   */
  static String prepare(String wanted, int threads) {
    Torch.threads(threads(threads));
    String device = of(wanted);
    if (!device.equals("cpu")) {
      Torch.deterministic();
    }
    return device;
  }

  /** Threads of a computation: those of the setting, or if that is 0 the task's cores. */
  static int threads(int wanted) {
    return wanted > 0 ? wanted : GpuStage.cpus();
  }

  /** The device Spark gave this task, as {@link #prepare} says, for models without libtorch. */
  static String of(String wanted) {
    String device = wanted.equals("cpu") ? "cpu" : GpuStage.device();
    if (wanted.equals("cuda") && device.equals("cpu")) {
      throw new AtelierException(
          ErrorCode.NO_DEVICE,
          "The setting model.device is 'cuda', but Spark gave this task no GPU. Give every executor"
              + " one (spark.executor.resource.gpu.amount=1 and a discovery script, see"
              + " conf/spark-defaults-gpu.conf), or set model.device to auto.");
    }
    return device;
  }
}
