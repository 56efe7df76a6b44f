package io.atelier.worker;

import io.atelier.flux.PromptEmbedding;
import io.atelier.nn.Compute;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.store.Store;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/** A prompt's embedding as a safetensors file with the tensors {@code t5} and {@code pooled}. */
final class EmbeddingFile {
  private EmbeddingFile() {}

  static void write(PromptEmbedding embedding, Store store, URI target) {
    Map<String, Tensor> tensors =
        Map.of("t5", embedding.t5().cpu(), "pooled", embedding.pooled().cpu());
    ScratchFile.publish(
        store, target, file -> SafetensorsWriter.write(file, new TreeMap<>(tensors), Map.of()));
  }

  /** The embedding where the model computes, in the current pointer scope. */
  static PromptEmbedding read(Path file, Compute compute) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return new PromptEmbedding(read(tensors, "t5", compute), read(tensors, "pooled", compute));
    }
  }

  /** A copy: the file may go before the tensor. */
  private static Tensor read(SafetensorsFile file, String name, Compute compute) {
    Tensor mapped = file.tensor(name);
    return mapped.clone().to(compute.torchDevice(), mapped.scalar_type());
  }
}
