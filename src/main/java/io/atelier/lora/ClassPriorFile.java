package io.atelier.lora;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A class prior as one safetensors file: {@code latents} [N, C, h, w], the class caption's {@code
 * t5} and {@code pooled}; in the teacher form also {@code noise}, {@code sigma} [N] and {@code
 * velocity}.
 */
final class ClassPriorFile {
  private static final String KIND = "atelier-class-prior-1";

  private ClassPriorFile() {}

  static void write(ClassPrior prior, Path file) {
    try (PointerScope scope = new PointerScope()) {
      SortedMap<String, Tensor> tensors = new TreeMap<>();
      tensors.put("t5", prior.caption().t5());
      tensors.put("pooled", prior.caption().pooled());
      tensors.put("latents", stack(prior.rows().stream().map(ClassPrior.Row::latent).toList()));
      if (prior.rows().get(0).taught()) {
        tensors.put("noise", stack(prior.rows().stream().map(ClassPrior.Row::noise).toList()));
        tensors.put(
            "velocity", stack(prior.rows().stream().map(ClassPrior.Row::velocity).toList()));
        tensors.put("sigma", sigma(prior.rows()));
      }
      SafetensorsWriter.write(file, tensors, Map.of("kind", KIND));
    }
  }

  static ClassPrior read(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path);
        PointerScope scope = new PointerScope()) {
      if (!KIND.equals(file.metadata().get("kind"))) {
        throw new AtelierException(
            ErrorCode.BAD_INPUT,
            path
                + " is not a class prior: its header has kind = "
                + file.metadata().get("kind")
                + "; give a file that the train stage wrote");
      }
      return new ClassPrior(
          new TrainingSet.Caption(file.tensor("t5"), file.tensor("pooled")), rows(file));
    }
  }

  private static List<ClassPrior.Row> rows(SafetensorsFile file) {
    Tensor latents = file.tensor("latents");
    boolean taught = file.names().contains("velocity");
    float[] sigma = taught ? Torch.floats(file.tensor("sigma")) : null;
    List<ClassPrior.Row> rows = new ArrayList<>();
    for (int i = 0; i < latents.size(0); i++) {
      rows.add(
          taught
              ? new ClassPrior.Row(
                  latents.select(0, i),
                  file.tensor("noise").select(0, i),
                  sigma[i],
                  file.tensor("velocity").select(0, i))
              : ClassPrior.Row.image(latents.select(0, i)));
    }
    return rows;
  }

  private static Tensor stack(List<Tensor> tensors) {
    return torch.stack(new TensorVector(tensors.toArray(Tensor[]::new)));
  }

  private static Tensor sigma(List<ClassPrior.Row> rows) {
    float[] sigma = new float[rows.size()];
    for (int i = 0; i < sigma.length; i++) {
      sigma[i] = rows.get(i).sigma();
    }
    return Torch.tensor(sigma, sigma.length);
  }
}
