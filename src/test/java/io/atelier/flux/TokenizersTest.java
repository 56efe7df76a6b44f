package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizersTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Path DEV = GOLDEN.resolve("flux-dev/checkpoint");

  @ParameterizedTest
  @ValueSource(strings = {"flux-dev", "flux-schnell"})
  void givesTheIdsOfTransformers(String variant) throws IOException {
    Path folder = GOLDEN.resolve(variant);
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("cases/tokens.safetensors"));
        PointerScope scope = new PointerScope();
        Tokenizers tokenizers = Tokenizers.open(Checkpoint.open(folder.resolve("checkpoint")))) {
      List<String> prompts = prompts(file);
      int t5Length = Integer.parseInt(file.metadata().get("t5_length"));
      long[] clip = Torch.longs(file.tensor("out.clip_ids"));
      long[] t5 = Torch.longs(file.tensor("out.t5_ids"));
      assertThat(prompts).hasSize(12);
      for (int i = 0; i < prompts.size(); i++) {
        String prompt = prompts.get(i);
        assertThat(tokenizers.clip(prompt))
            .as("CLIP ids of '%s'", prompt)
            .containsExactly(Arrays.copyOfRange(clip, i * 77, (i + 1) * 77));
        assertThat(tokenizers.t5(prompt, t5Length))
            .as("T5 ids of '%s'", prompt)
            .containsExactly(Arrays.copyOfRange(t5, i * t5Length, (i + 1) * t5Length));
      }
    }
  }

  private static List<String> prompts(SafetensorsFile file) throws IOException {
    return new ObjectMapper()
        .readValue(file.metadata().get("prompts"), new TypeReference<List<String>>() {});
  }

  @Test
  void saysHowManyTokensAWholePromptNeeds() {
    try (Tokenizers tokenizers = Tokenizers.open(Checkpoint.open(DEV))) {
      String prompt = "a ".repeat(100);
      assertThat(tokenizers.clipTokens(prompt)).isEqualTo(102);
      assertThat(tokenizers.t5Tokens(prompt)).isEqualTo(101);
      assertThat(tokenizers.t5(prompt, 1)).containsExactly(1);
      assertThatThrownBy(() -> tokenizers.t5(prompt, 0))
          .isInstanceOf(AtelierException.class)
          .hasMessageContaining("at least 1");
    }
  }

  @Test
  void givesTheSameIdsToManyThreads() {
    try (Tokenizers tokenizers = Tokenizers.open(Checkpoint.open(DEV))) {
      List<String> prompts =
          IntStream.range(0, 400).mapToObj(i -> "photo " + i * 7919 + " of a dog's hat").toList();
      List<long[]> expected = prompts.stream().map(tokenizers::clip).toList();
      List<long[]> found = prompts.parallelStream().map(tokenizers::clip).toList();
      for (int i = 0; i < prompts.size(); i++) {
        assertThat(found.get(i)).containsExactly(expected.get(i));
      }
    }
  }

  @Test
  void readsAClipTokenizerJsonIfThereIsOne(@TempDir Path copy) throws IOException {
    copyTree(DEV, copy);
    Path folder = copy.resolve("tokenizer");
    String json = ClipTokenizerJson.build(new TokenizerFiles(folder)).toString();
    Files.writeString(folder.resolve("tokenizer.json"), json);
    Files.delete(folder.resolve("vocab.json"));
    Files.delete(folder.resolve("merges.txt"));
    String prompt = "Café, the girl's dog <|endoftext|>";
    try (Tokenizers expected = Tokenizers.open(Checkpoint.open(DEV));
        Tokenizers found = Tokenizers.open(Checkpoint.open(copy))) {
      assertThat(found.clip(prompt)).containsExactly(expected.clip(prompt));
    }
  }

  @Test
  void namesTheFileOfADamagedTokenizer(@TempDir Path copy) throws IOException {
    copyTree(DEV, copy);
    Path t5 = copy.resolve("tokenizer_2/tokenizer.json");
    Checkpoint checkpoint = Checkpoint.open(copy);
    Files.writeString(t5, "{\"model\": {}}");
    assertThatThrownBy(() -> Tokenizers.open(checkpoint))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("tokenizer_2");
    Files.delete(t5);
    assertThatThrownBy(() -> Tokenizers.open(checkpoint))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining(t5 + " is missing");
  }

  static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }
}
