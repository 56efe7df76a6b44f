package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.nn.Compute;
import io.atelier.nn.SafetensorsFile;
import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Against what jobs/interop/record_learned_word.py recorded of diffusers. */
class LearnedWordReferenceTest {
  private static final Path CHECKPOINT = Path.of("src/test/resources/golden/flux-dev/checkpoint");
  private static final Path RECORDED = Path.of("src/test/resources/reference");
  private static final double TOLERANCE = 1e-5;

  @Test
  void aPromptWithLearnedVectorsIsEncodedAsDiffusersDoesIt() {
    try (TextEncoders encoders =
            TextEncoders.load(Checkpoint.open(CHECKPOINT), Compute.CPU_FLOAT32);
        SafetensorsFile learned = open("learned_word");
        SafetensorsFile encoded = open("learned_word_encoded");
        PointerScope scope = new PointerScope()) {
      LearnedWord word = new LearnedWord("zufvok", learned.tensor("clip_l"), learned.tensor("t5"));
      Tensor t5 = encoded.tensor("t5");
      PromptEmbedding found =
          encoders.encode("a photo of zufvok woman, smiling", (int) t5.size(0), word);
      assertThat(apart(found.t5(), t5)).isLessThan(TOLERANCE);
      assertThat(apart(found.pooled(), encoded.tensor("pooled"))).isLessThan(TOLERANCE);
    }
  }

  private static SafetensorsFile open(String name) {
    return SafetensorsFile.open(RECORDED.resolve(name + ".safetensors"));
  }

  private static double apart(Tensor found, Tensor expected) {
    return found.sub(expected).norm().item_double() / expected.norm().item_double();
  }
}
