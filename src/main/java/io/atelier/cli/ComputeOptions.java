package io.atelier.cli;

import io.atelier.config.Flag;
import io.atelier.nn.Compute;
import io.atelier.nn.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options that say where and how exactly a model computes. */
final class ComputeOptions {
  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      description = "Number format: float32 or bfloat16.")
  private String precision;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, cuda, cuda:N, or auto: the first GPU, or the CPU where there is none.")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "CPU threads (setting runtime.threads); default: one a core. On a busy machine less is"
              + " faster.")
  private Integer threads;

  /** Those of the options that are settings. */
  List<Flag> flags() {
    List<Flag> flags = new ArrayList<>();
    if (threads != null) {
      flags.add(new Flag("runtime.threads", threads.toString(), "--threads"));
    }
    return flags;
  }

  /** Sets the number of threads for this process; returns what was asked for, or the defaults. */
  Compute apply(String defaultPrecision, String defaultDevice, OptionalInt threadSetting) {
    threadSetting.ifPresent(Torch::threads);
    return Compute.parse(
        precision == null ? defaultPrecision : precision, device == null ? defaultDevice : device);
  }
}
