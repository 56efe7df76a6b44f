package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A training's state as one safetensors file: {@code <module>.lora_A} and {@code .lora_B}, each
 * also with {@code .exp_avg} and {@code .exp_avg_sq} (torch's names of the moments); the step, the
 * job key and the configuration are header entries.
 */
final class TrainState {
  private static final String KIND = "atelier-train-state-1";

  private final Trainables trainables;
  private final AdamW optimiser;
  private final String jobKey;
  private final String config;

  TrainState(Trainables trainables, AdamW optimiser, String jobKey, String config) {
    this.trainables = trainables;
    this.optimiser = optimiser;
    this.jobKey = jobKey;
    this.config = config;
  }

  void write(Path file, int step) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, String> header =
          Map.of("kind", KIND, "step", Integer.toString(step), "job_key", jobKey, "config", config);
      SafetensorsWriter.write(file, tensors(), header);
    }
  }

  /** Copies a file's values in; returns the steps done. */
  int read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path);
        PointerScope scope = new PointerScope()) {
      requireEqual(path, file, "kind", KIND);
      requireEqual(path, file, "job_key", jobKey);
      requireEqual(path, file, "config", config);
      SortedMap<String, Tensor> tensors = tensors();
      if (!file.names().equals(tensors.keySet())) {
        throw bad(path, "its tensors are not those of this adapter");
      }
      tensors.forEach((name, tensor) -> tensor.copy_(file.tensor(name)));
      return Integer.parseInt(file.metadata().get("step"));
    }
  }

  private SortedMap<String, Tensor> tensors() {
    SortedMap<String, Tensor> tensors = new TreeMap<>(trainables.named(trainables.values()));
    trainables.named(optimiser.mean()).forEach((n, t) -> tensors.put(n + ".exp_avg", t));
    trainables.named(optimiser.square()).forEach((n, t) -> tensors.put(n + ".exp_avg_sq", t));
    return tensors;
  }

  private static void requireEqual(Path path, SafetensorsFile file, String key, String expected) {
    String found = file.metadata().get(key);
    if (!expected.equals(found)) {
      throw bad(path, "its " + key + " is '" + found + "', but the job's is '" + expected + "'");
    }
  }

  private static AtelierException bad(Path path, String problem) {
    return new AtelierException(
        ErrorCode.BAD_INPUT,
        "training state "
            + path
            + " cannot be resumed: "
            + problem
            + "; delete it to start this job from step 0");
  }
}
