package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.Compute;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LearnedWordTest {
  private static final String WORD = "zufvok";
  private static final String DEV = "src/test/resources/golden/flux-dev/checkpoint";
  private static final String SCHNELL = "src/test/resources/golden/flux-schnell/checkpoint";
  private static final String RANDOM = "models/atelier-random";
  private static final int LENGTH = 96;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        DEV + "|a photo of zufvok woman, smiling",
        DEV + "|Zufvok's portrait",
        DEV + "|\uD83D\uDE42 café — zufvok",
        SCHNELL + "|zufvok, outdoors",
        RANDOM + "|a photo of zufvok person",
        RANDOM + "|  naïve  zufvok\u00a0man",
      })
  void theWordsTokensAreFoundWhereverItStands(String folder, String prompt) {
    try (Tokenizers tokenizers = Tokenizers.open(Checkpoint.open(Path.of(folder)))) {
      long[] clip = tokenizers.clip(prompt);
      PlacedIds none = tokenizers.clip(prompt, WORD, 0);
      int clipRun = tokenizers.clipTokens(prompt) - length(none.ids(), clip[clip.length - 1]);
      PlacedIds same = tokenizers.clip(prompt, WORD, clipRun);
      assertThat(cut(same.ids(), same)).containsExactly(cut(clip, same));
      assertThat(Arrays.copyOfRange(clip, same.from(), same.from() + clipRun))
          .containsExactly(tokenizers.clipIds(WORD));

      long[] t5 = tokenizers.t5(prompt, LENGTH);
      PlacedIds noneT5 = tokenizers.t5(prompt, LENGTH, WORD, 0);
      int t5Run = tokenizers.t5Tokens(prompt) - length(noneT5.ids(), 0);
      PlacedIds sameT5 = tokenizers.t5(prompt, LENGTH, WORD, t5Run);
      assertThat(cut(sameT5.ids(), sameT5)).containsExactly(cut(t5, sameT5));
      long[] alone = tokenizers.t5Ids(WORD);
      long[] run = Arrays.copyOfRange(t5, sameT5.from(), sameT5.from() + t5Run);
      assertThat(Arrays.copyOfRange(run, run.length - alone.length + 1, run.length))
          .endsWith(Arrays.copyOfRange(alone, 2, alone.length));
    }
  }

  /** Ids up to the padding. */
  private static int length(long[] ids, long pad) {
    int end = ids.length;
    while (end > 0 && ids[end - 1] == pad) {
      end--;
    }
    return pad == 0 ? end : end + 1;
  }

  private static long[] cut(long[] ids, PlacedIds run) {
    long[] rest = ids.clone();
    Arrays.fill(rest, run.from(), run.from() + run.count(), -1);
    return rest;
  }

  @Test
  void whatDoesNotFitIsCutWithTheEndTokenKept() {
    try (Tokenizers tokenizers = Tokenizers.open(Checkpoint.open(Path.of(DEV)))) {
      String prompt = "a ".repeat(73) + WORD + " b";
      PlacedIds clip = tokenizers.clip(prompt, WORD, 4);
      assertThat(clip.from()).isEqualTo(74);
      assertThat(clip.count()).isEqualTo(2);
      assertThat(clip.ids()[76]).isEqualTo(tokenizers.clip("a")[2]);
      PlacedIds t5 = tokenizers.t5(prompt, 20, WORD, 4);
      assertThat(t5.count()).isZero();
      assertThat(t5.ids()).containsExactly(tokenizers.t5(prompt, 20));
      PlacedIds room = tokenizers.t5(prompt, 96, WORD, 4);
      assertThat(room.count()).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a photo", "zufvok and zufvok", "azufvok", ""})
  void aPromptMustHaveTheWordExactlyOnce(String prompt) {
    try (Tokenizers tokenizers = Tokenizers.open(Checkpoint.open(Path.of(DEV)))) {
      assertThatThrownBy(() -> tokenizers.clip(prompt, WORD, 4))
          .isInstanceOfSatisfying(
              AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
          .hasMessageContaining("'zufvok'")
          .hasMessageContaining("exactly once");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {DEV, RANDOM})
  void vectorsThatAreTheVocabularysGiveTheSameEmbedding(String folder) {
    try (TextEncoders encoders = load(folder);
        PointerScope scope = new PointerScope()) {
      PromptEmbedding expected = encoders.encode("a photo of cat, smiling", LENGTH);
      LearnedWord same = encoders.learned(WORD, "cat", runOf(folder, "cat"));
      PromptEmbedding found = encoders.encode("a photo of zufvok, smiling", LENGTH, same);
      assertThat(torch.equal(found.pooled(), expected.pooled())).isTrue();
      assertThat(torch.equal(found.t5(), expected.t5())).isTrue();
      LearnedWord other = encoders.learned(WORD, "dog", runOf(folder, "cat"));
      PromptEmbedding different = encoders.encode("a photo of zufvok, smiling", LENGTH, other);
      assertThat(torch.equal(different.pooled(), expected.pooled())).isFalse();
      assertThat(torch.equal(different.t5(), expected.t5())).isFalse();
    }
  }

  private static int runOf(String folder, String word) {
    try (Tokenizers tokenizers = Tokenizers.open(Checkpoint.open(Path.of(folder)))) {
      int clip = tokenizers.clipIds(word).length;
      assertThat(tokenizers.t5Ids(word)).as("tokens of '%s' for T5", word).hasSize(clip);
      return clip;
    }
  }

  @Test
  void gradientsAreThoseOfFiniteDifferences() {
    try (TextEncoders encoders = load(DEV);
        PointerScope scope = new PointerScope()) {
      LearnedWord start = encoders.learned(WORD, "a cat", 3);
      Tensor clip = start.clip().clone().requires_grad_(true);
      Tensor t5 = start.t5().clone().requires_grad_(true);
      LearnedWord leaves = new LearnedWord(WORD, clip, t5);
      sum(encoders, leaves).backward();
      for (int element : new int[] {0, 17, 40}) {
        check(encoders, clip, t5, clip, element);
        check(encoders, clip, t5, t5, element);
      }
    }
  }

  private static void check(
      TextEncoders encoders, Tensor clip, Tensor t5, Tensor which, int element) {
    double h = 1e-2;
    double slope =
        (shifted(encoders, clip, t5, which, element, h)
                - shifted(encoders, clip, t5, which, element, -h))
            / (2 * h);
    float gradient = Torch.floats(which.grad())[element];
    assertThat((double) gradient).isCloseTo(slope, within(1e-3 + 0.01 * Math.abs(slope)));
  }

  private static double shifted(
      TextEncoders encoders, Tensor clip, Tensor t5, Tensor which, int element, double by) {
    try (PointerScope scope = new PointerScope()) {
      Tensor moved = which.detach().clone();
      moved.view(-1).select(0, element).add_(Torch.number(by));
      LearnedWord word =
          which == clip
              ? new LearnedWord(WORD, moved, t5.detach())
              : new LearnedWord(WORD, clip.detach(), moved);
      return sum(encoders, word).item_double();
    }
  }

  /** A fixed function of both embeddings, summed in float64. */
  private static Tensor sum(TextEncoders encoders, LearnedWord word) {
    PromptEmbedding e = encoders.encode("a photo of zufvok, smiling", 16, word);
    return e.t5()
        .to(ScalarType.Double)
        .pow(Torch.number(3))
        .sum()
        .add(e.pooled().to(ScalarType.Double).pow(Torch.number(3)).sum());
  }

  @Test
  void theVocabularysDeviationIsThatOfAllItsValues() {
    try (TextEncoders encoders = load(DEV);
        SafetensorsFile clip =
            SafetensorsFile.open(Path.of(DEV, "text_encoder/model.safetensors"));
        SafetensorsFile t5 =
            SafetensorsFile.open(Path.of(DEV, "text_encoder_2/model-00001-of-00002.safetensors"))) {
      assertThat(encoders.clipDeviation())
          .isCloseTo(
              deviation(clip, "text_model.embeddings.token_embedding.weight"),
              withinPercentage(1e-3));
      assertThat(encoders.t5Deviation())
          .isCloseTo(deviation(t5, "shared.weight"), withinPercentage(1e-3));
      assertThatThrownBy(() -> encoders.learned(WORD, "", 4)).hasMessageContaining("no token");
    }
  }

  private static double deviation(SafetensorsFile file, String name) {
    try (PointerScope scope = new PointerScope()) {
      float[] values = Torch.floats(file.tensor(name));
      double mean = 0;
      for (float value : values) {
        mean += (double) value / values.length;
      }
      double squares = 0;
      for (float value : values) {
        squares += (value - mean) * (value - mean);
      }
      return Math.sqrt(squares / (values.length - 1));
    }
  }

  private static TextEncoders load(String folder) {
    return TextEncoders.load(Checkpoint.open(Path.of(folder)), Compute.CPU_FLOAT32);
  }
}
