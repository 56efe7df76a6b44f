package io.atelier.lora;

import io.atelier.lora.format.AdapterFormat;
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
  static final String PREFIX = AdapterFormat.DIFFUSERS.prefix();
  static final String A = ".lora_A.weight";
  static final String B = ".lora_B.weight";

  private AdapterWriter() {}

  static void write(Adapter adapter, Path file, Precision precision, Map<String, String> lineage) {
    Map<String, String> header = new TreeMap<>(lineage);
    header.put("format", "pt");
    header.put(PeftMetadata.KEY, PeftMetadata.folded(adapter));
    try (PointerScope scope = new PointerScope()) {
      SortedMap<String, Tensor> tensors = new TreeMap<>();
      for (String module : adapter.modules()) {
        Adapter.Pair pair = adapter.pair(module);
        String key = PREFIX + module;
        tensors.put(key + A, pair.a().to(precision.scalarType()));
        tensors.put(key + B, pair.b().to(precision.scalarType()));
      }
      SafetensorsWriter.write(file, tensors, header);
    }
  }
}
