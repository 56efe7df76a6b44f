package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.LearnedWord;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.TextEncoders;
import io.atelier.nn.Compute;
import io.atelier.nn.Precision;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InversionTest {
  private static final Path CHECKPOINT = Path.of("src/test/resources/golden/flux-dev/checkpoint");
  private static final String WORD = "zufvok";
  private static final Inversion INVERSION =
      new Inversion(WORD, "cat", 2, List.of("zufvok smiling", "a zufvok"));
  private static final long[] SIZE = {4, 4};

  @TempDir Path folder;
  private FluxTransformer model;
  private TextEncoders encoders;
  private TrainingSet set;

  @BeforeEach
  void open() {
    model = Golden.transformer("flux-dev");
    encoders = TextEncoders.load(Checkpoint.open(CHECKPOINT), Compute.CPU_FLOAT32);
    set = Sets.random(model.config(), SIZE, SIZE, SIZE, SIZE);
  }

  @AfterEach
  void close() {
    set.close();
    encoders.close();
    model.close();
  }

  @Test
  void theLossFallsAndBothEncodersVectorsMove() {
    TrainConfig config = config(100, 0.2);
    try (Trainer trainer = trainer(config, StepMemory.AMPLE)) {
      TokenEmbeddings before = written(trainer);
      double start = loss(before, config);
      trainer.run(step -> assertThat(step.gradientNorm()).isPositive());
      TokenEmbeddings after = written(trainer);
      assertThat(loss(after, config)).isLessThan(0.99 * start);
      assertThat(torch.equal(before.as(WORD).clip(), after.as(WORD).clip())).isFalse();
      assertThat(torch.equal(before.as(WORD).t5(), after.as(WORD).t5())).isFalse();
      before.close();
      after.close();
    }
  }

  /** The loss on all photos at noise and levels of a job of its own. */
  private double loss(TokenEmbeddings learned, TrainConfig config) {
    try (PointerScope scope = new PointerScope()) {
      double sum = 0;
      Samples samples =
          new Samples(
              set,
              config,
              new JobRandom("fixed"),
              caption -> {
                PromptEmbedding embedding =
                    encoders.encode(
                        INVERSION.captions().get(caption), Sets.TEXT_LENGTH, learned.as(WORD));
                return new TrainingSet.Caption(embedding.t5(), embedding.pooled());
              });
      for (int step = 0; step < 16; step++) {
        sum += samples.draw(List.of(0, 1, 2, 3), 0, step, 0).of(model).item_double();
      }
      return sum / 16;
    }
  }

  @Test
  void gradientsReachBothEncodersVectorsWithAndWithoutCheckpointing() {
    float[] ample = gradients(StepMemory.AMPLE);
    float[] scarce = gradients(StepMemory.SCARCE);
    int clip = 2 * model.config().pooledProjectionDim();
    double largest = 0;
    for (int i = 0; i < ample.length; i++) {
      largest = Math.max(largest, Math.abs(ample[i]));
    }
    for (int i = 0; i < ample.length; i++) {
      assertThat((double) scarce[i]).isCloseTo(ample[i], within(1e-5 * largest));
    }
    assertThat(norm(ample, 0, clip)).isPositive();
    assertThat(norm(ample, clip, ample.length)).isPositive();
  }

  private float[] gradients(StepMemory memory) {
    try (PointerScope scope = new PointerScope();
        LearnedRows rows = new LearnedRows(encoders, INVERSION, 2)) {
      Samples samples =
          new Samples(
              set,
              config(1, 1e-3).withoutDropout(),
              new JobRandom("job"),
              i -> rows.caption(set, i));
      samples.draw(List.of(0, 1), 0, 0, 0).backward(model, 1, memory.checkpointing());
      return Torch.floats(rows.gradients());
    }
  }

  private static double norm(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i] * values[i];
    }
    return Math.sqrt(sum);
  }

  @Test
  void aResumedTrainingIsBitEqualToAnUndisturbedOne() {
    TrainConfig config = config(12, 0.01, new Validation(1, 4, 0));
    Path state = folder.resolve("state.safetensors");
    try (Trainer undisturbed = trainer(config, StepMemory.AMPLE);
        Trainer stopped = trainer(config, StepMemory.AMPLE)) {
      undisturbed.run(step -> {});
      for (int i = 0; i < 5; i++) {
        stopped.step();
      }
      stopped.save(state);
      try (Trainer resumed = trainer(config, StepMemory.AMPLE)) {
        resumed.restore(state);
        resumed.run(step -> {});
        assertThat(resumed.history()).isEqualTo(undisturbed.history());
        assertThat(resumed.history().get(11).validationLoss())
            .isNotNull()
            .isNotEqualTo(resumed.history().get(3).validationLoss());
        try (TokenEmbeddings expected = written(undisturbed);
            TokenEmbeddings found = written(resumed)) {
          assertThat(torch.equal(found.as(WORD).clip(), expected.as(WORD).clip())).isTrue();
          assertThat(torch.equal(found.as(WORD).t5(), expected.as(WORD).t5())).isTrue();
        }
      }
    }
  }

  @Test
  void theSpreadGoesATenthOfTheWayBackToTheVocabularys() {
    try (PointerScope scope = new PointerScope();
        LearnedRows rows = new LearnedRows(encoders, INVERSION, 2)) {
      rows.values().mul_(Torch.number(8));
      double before = deviation(rows, TokenEmbeddings.T5);
      double beforeClip = deviation(rows, TokenEmbeddings.CLIP);
      rows.stepped();
      double vocabulary = encoders.t5Deviation();
      assertThat(Math.log(deviation(rows, TokenEmbeddings.T5) / vocabulary))
          .isCloseTo(0.9 * Math.log(before / vocabulary), within(1e-5));
      assertThat(Math.log(deviation(rows, TokenEmbeddings.CLIP) / encoders.clipDeviation()))
          .isCloseTo(0.9 * Math.log(beforeClip / encoders.clipDeviation()), within(1e-5));
    }
  }

  private static double deviation(LearnedRows rows, String name) {
    return rows.named(rows.values()).get(name).std().item_double();
  }

  @Test
  void trainsBesideModelsInBfloat16() {
    Compute bfloat16 = new Compute(Precision.BFLOAT16, "cpu");
    TrainConfig config = config(5, 0.01);
    List<TrainStep> rounded = new ArrayList<>();
    try (FluxTransformer half = Golden.transformer("flux-dev", bfloat16);
        TextEncoders halves = TextEncoders.load(Checkpoint.open(CHECKPOINT), bfloat16);
        Trainer trainer =
            Trainer.inversion(half, halves, set, INVERSION, config, "job", StepMemory.SCARCE)) {
      trainer.run(rounded::add);
    }
    try (Trainer exact = trainer(config, StepMemory.AMPLE)) {
      exact.run(step -> {});
      for (int i = 0; i < rounded.size(); i++) {
        assertThat(rounded.get(i).gradientNorm()).isPositive();
        assertThat(rounded.get(i).loss()).isCloseTo(exact.history().get(i).loss(), within(0.1));
      }
    }
  }

  @Test
  void holdsItsMemoryOverSomeHundredSteps() {
    try (Trainer trainer = trainer(config(300, 1e-3), StepMemory.AMPLE)) {
      long[] memory = {0};
      long[] pointers = {0};
      trainer.run(
          step -> {
            if (step.step() == 100) {
              memory[0] = Pointer.physicalBytes();
              pointers[0] = Pointer.totalCount();
            }
          });
      assertThat(Pointer.totalCount()).isEqualTo(pointers[0]);
      assertThat(Pointer.physicalBytes() - memory[0]).isLessThan(64L << 20);
    }
  }

  @Test
  void refusesACaptionWithoutTheWordAndASetOfOtherCaptions() {
    Inversion without = new Inversion(WORD, "cat", 2, List.of("zufvok", "a cat"));
    assertThatThrownBy(() -> new LearnedRows(encoders, without, 2))
        .hasMessageContaining("\"a cat\"")
        .hasMessageContaining("exactly once");
    assertThatThrownBy(() -> new LearnedRows(encoders, INVERSION, 3))
        .hasMessageContaining("3 captions");
  }

  @Test
  void aFileHoldsClipAndT5AndSaysWhereItIsFrom() {
    try (Trainer trainer = trainer(config(1, 1e-3), StepMemory.AMPLE)) {
      Path file = folder.resolve("rows.safetensors");
      trainer.write(file, Map.of("atelier.trigger_token", WORD));
      try (SafetensorsFile opened = SafetensorsFile.open(file);
          TokenEmbeddings read = TokenEmbeddings.read(file)) {
        assertThat(opened.names()).containsExactly("clip_l", "t5");
        assertThat(opened.info("clip_l").sizes())
            .containsExactly(2, model.config().pooledProjectionDim());
        assertThat(opened.info("t5").sizes())
            .containsExactly(2, model.config().jointAttentionDim());
        assertThat(read.metadata()).containsEntry("atelier.trigger_token", WORD);
      }
    }
  }

  @Test
  void refusesFilesOfAnotherKindByName() {
    float[] two = {1, 2};
    refuses(Map.of("clip_l", new float[][] {two}), "no tensor 't5'");
    refuses(Map.of("t5", new float[][] {two}), "no tensor 'clip_l'");
    refuses(
        Map.of(
            "clip_l",
            new float[][] {two},
            "t5",
            new float[][] {two},
            "transformer.x.lora_A.weight",
            new float[][] {two}),
        "unknown tensor 'transformer.x.lora_A.weight'");
    refuses(
        Map.of("clip_l", new float[][] {two}, "t5", new float[][] {two, two}),
        "'clip_l' has 1 vectors, but 't5' 2");
    refuses(
        Map.of("clip_l", new float[][] {{1, Float.NaN}}, "t5", new float[][] {two}),
        "'clip_l' has values that are no numbers");
  }

  private void refuses(Map<String, float[][]> rows, String problem) {
    Path file = folder.resolve("refused.safetensors");
    try (PointerScope scope = new PointerScope()) {
      TreeMap<String, Tensor> tensors = new TreeMap<>();
      rows.forEach(
          (name, values) -> {
            float[] flat = new float[values.length * values[0].length];
            for (int i = 0; i < flat.length; i++) {
              flat[i] = values[i / values[0].length][i % values[0].length];
            }
            tensors.put(name, Torch.tensor(flat, values.length, values[0].length));
          });
      SafetensorsWriter.write(file, tensors, Map.of());
    }
    assertThatThrownBy(() -> TokenEmbeddings.read(file))
        .isInstanceOfSatisfying(
            AtelierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_ADAPTER))
        .hasMessageContaining(problem);
  }

  @Test
  void vectorsOfAnotherCheckpointAreRefused() {
    try (PointerScope scope = new PointerScope()) {
      Tensor narrow = Torch.tensor(new float[] {1, 2}, 1, 2);
      assertThatThrownBy(() -> encoders.encode(WORD, 8, new LearnedWord(WORD, narrow, narrow)))
          .hasMessageContaining("CLIP have 2 values");
    }
  }

  private TokenEmbeddings written(Trainer trainer) {
    Path file = folder.resolve("written.safetensors");
    trainer.write(file, Map.of());
    return TokenEmbeddings.read(file);
  }

  private Trainer trainer(TrainConfig config, StepMemory memory) {
    return Trainer.inversion(model, encoders, set, INVERSION, config, "job", memory);
  }

  private static TrainConfig config(int steps, double learningRate) {
    return config(steps, learningRate, Validation.NONE);
  }

  private static TrainConfig config(int steps, double learningRate, Validation validation) {
    return new TrainConfig(
        steps,
        2,
        1,
        new Optimisation(Optimisation.Method.ADAMW, learningRate, LearningRate.CONSTANT, 0, 0, 1),
        0.5,
        1,
        SigmaSampling.LOGIT_NORMAL_FLUX_SHIFT,
        0,
        0,
        validation);
  }
}
