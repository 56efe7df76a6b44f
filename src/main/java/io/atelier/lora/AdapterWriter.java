package io.atelier.lora;

import io.atelier.nn.Precision;
import io.atelier.nn.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Writes diffusers' LoRA format. */
final class AdapterWriter {
  private AdapterWriter() {}

  static void write(Adapter adapter, Path file, Precision precision, Map<String, String> lineage) {
    Map<String, String> header = new TreeMap<>(lineage);
    header.put("format", "pt");
    header.put(PeftMetadata.KEY, PeftMetadata.folded(adapter));
    try (PointerScope scope = new PointerScope()) {
      SortedMap<String, Tensor> tensors = new TreeMap<>();
      for (String module : adapter.modules()) {
        Adapter.Pair pair = adapter.pair(module);
        String key = AdapterReader.PREFIX + module;
        tensors.put(key + AdapterReader.A, pair.a().to(precision.scalarType()));
        tensors.put(key + AdapterReader.B, pair.b().to(precision.scalarType()));
      }
      SafetensorsWriter.write(file, tensors, header);
    }
  }
}
