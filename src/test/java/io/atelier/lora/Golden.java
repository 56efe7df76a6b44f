package io.atelier.lora;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Compute;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The recorded numbers of the tiny checkpoints, and how far ours are from them. */
final class Golden {
  static final Path ROOT = Path.of("src/test/resources/golden");

  private Golden() {}

  static FluxTransformer transformer(String model) {
    return transformer(model, Compute.CPU_FLOAT32);
  }

  static FluxTransformer transformer(String model, Compute compute) {
    Torch.threads(1);
    return FluxTransformer.load(
        Checkpoint.open(ROOT.resolve(model).resolve("checkpoint")), compute);
  }

  static SafetensorsFile testCase(String model, String name) {
    return SafetensorsFile.open(ROOT.resolve(model).resolve("cases/" + name + ".safetensors"));
  }

  static Path adapter(String model, String name) {
    return ROOT.resolve(model).resolve("adapters/" + name + ".safetensors");
  }

  /** Norm of the difference over the norm of what is expected. */
  static double relativeError(Tensor actual, Tensor expected) {
    try (PointerScope scope = new PointerScope()) {
      Tensor right = expected.to(ScalarType.Double);
      double difference = actual.to(ScalarType.Double).sub(right).norm().item_double();
      return difference / Math.max(right.norm().item_double(), 1e-30);
    }
  }
}
