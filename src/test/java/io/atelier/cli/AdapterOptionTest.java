package io.atelier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterOptionTest {

  @ParameterizedTest
  @CsvSource({
    "face.safetensors,face.safetensors,1",
    "face.safetensors:0.8,face.safetensors,0.8",
    "face.safetensors:-.25,face.safetensors,-0.25",
    "face.safetensors:2,face.safetensors,2",
    "of:me/face.safetensors,of:me/face.safetensors,1",
    "of:me/face.safetensors:1.,of:me/face.safetensors,1",
    "face.safetensors:,face.safetensors:,1",
    "face.safetensors:NaN,face.safetensors:NaN,1"
  })
  void aColonAndANumberAtTheEndAreTheWeight(String text, String file, double weight) {
    assertThat(new AdapterOption.Converter().convert(text))
        .isEqualTo(new AdapterOption(Path.of(file), weight));
  }
}
