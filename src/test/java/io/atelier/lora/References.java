package io.atelier.lora;

import io.atelier.nn.SafetensorsFile;
import java.nio.file.Path;

/** Numbers that {@code jobs/interop/record_references.py} recorded from other projects. */
final class References {
  private References() {}

  static SafetensorsFile open(String name) {
    return SafetensorsFile.open(Path.of("src/test/resources/reference", name + ".safetensors"));
  }
}
