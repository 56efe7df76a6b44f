package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A training's state as one safetensors file: {@code <module>.lora_A} and {@code .lora_B} or, of a
 * textual inversion, {@code clip_l} and {@code t5}, each also with the optimiser's tensors by their
 * names in torch ({@code .exp_avg}, ...) and, where an early stop keeps the best adapter, {@code
 * .best}; {@code history} holds the steps. The job key, the configuration and the optimiser's
 * numbers are header entries, and so is how memory was used, which decides the last bits of a step.
 */
final class TrainState {
  private static final String KIND = "atelier-train-state-3";
  private static final String HISTORY = "history";

  private final Trained trained;
  private final Optimiser optimiser;
  private final Best best;
  private final String jobKey;
  private final String config;

  TrainState(Trained trained, Optimiser optimiser, Best best, String jobKey, String config) {
    this.trained = trained;
    this.optimiser = optimiser;
    this.best = best;
    this.jobKey = jobKey;
    this.config = config;
  }

  /**
   * What a file holds beside the values.
   *
   * @param history the steps done
   * @param memory how their memory was used
   */
  record Progress(List<TrainStep> history, StepMemory memory) {}

  void write(Path file, Progress progress) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, String> header =
          Map.of(
              "kind",
              KIND,
              "job_key",
              jobKey,
              "config",
              config,
              "memory",
              progress.memory().toText(),
              "optimiser",
              text(optimiser.numbers()),
              "best",
              text(best.numbers()));
      SortedMap<String, Tensor> tensors = tensors();
      tensors.put(HISTORY, TrainHistory.tensor(progress.history()));
      SafetensorsWriter.write(file, tensors, header);
    }
  }

  /** Copies a file's values in; returns what else it holds. */
  Progress read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path);
        PointerScope scope = new PointerScope()) {
      requireEqual(path, file, "kind", KIND);
      requireEqual(path, file, "job_key", jobKey);
      requireEqual(path, file, "config", config);
      SortedMap<String, Tensor> tensors = tensors();
      requireNames(path, file, tensors);
      tensors.forEach((name, tensor) -> tensor.copy_(file.tensor(name)));
      optimiser.numbers(numbers(file.metadata().get("optimiser")));
      best.numbers(numbers(file.metadata().get("best")));
      return new Progress(
          TrainHistory.steps(file.tensor(HISTORY)),
          StepMemory.parse(file.metadata().get("memory")));
    }
  }

  private SortedMap<String, Tensor> tensors() {
    SortedMap<String, Tensor> tensors = new TreeMap<>(trained.named(trained.values()));
    SortedMap<String, Tensor> beside = new TreeMap<>(optimiser.tensors());
    if (best.values() != null) {
      beside.put("best", best.values());
    }
    beside.forEach(
        (suffix, flat) -> trained.named(flat).forEach((n, t) -> tensors.put(n + "." + suffix, t)));
    return tensors;
  }

  private static void requireNames(
      Path path, SafetensorsFile file, SortedMap<String, Tensor> tensors) {
    SortedMap<String, Tensor> expected = new TreeMap<>(tensors);
    expected.put(HISTORY, null);
    if (!file.names().equals(expected.keySet())) {
      throw bad(path, "its tensors are not those of this adapter");
    }
  }

  private static String text(double[] numbers) {
    return Arrays.stream(numbers).mapToObj(Double::toString).collect(Collectors.joining(" "));
  }

  private static double[] numbers(String text) {
    return text.isEmpty()
        ? new double[0]
        : Arrays.stream(text.split(" ")).mapToDouble(Double::parseDouble).toArray();
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
