package io.atelier.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxPipeline;
import io.atelier.flux.ImageRequest;
import io.atelier.flux.Tokenizers;
import io.atelier.nn.Compute;
import io.atelier.sample.Captions;
import io.atelier.sample.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCheckpointTest {
  private static final String TRANSFORMER = "transformer/diffusion_pytorch_model.safetensors";
  private static final List<String> WEIGHTS =
      List.of(
          "vae/diffusion_pytorch_model.safetensors",
          "text_encoder/model.safetensors",
          "text_encoder_2/model.safetensors",
          TRANSFORMER);

  private static BuildCheckpoint.Recipe recipe(int steps) {
    return new BuildCheckpoint.Recipe(2, 8, 2, steps, steps, steps, steps, steps);
  }

  @Test
  void aFewStepsOfEveryStageMakeACheckpointThatDraws(@TempDir Path folder) throws IOException {
    Path root = folder.resolve("checkpoint");
    build(folder.resolve("work"), root, 2);

    try (FluxPipeline pipeline = FluxPipeline.load(root, Compute.CPU_FLOAT32)) {
      ImageRequest request = new ImageRequest("a woman in a park", null, 1, 96, 96, 2, 3, 1, 48);
      assertThat(pipeline.generate(List.of(request), (done, all) -> {}))
          .singleElement()
          .satisfies(picture -> assertThat(picture.width()).isEqualTo(96));
    }
    assertThat(folder.resolve("work")).isDirectoryContaining("glob:**guidance-2.png");
  }

  @Test
  void aBuildThatWasStoppedGoesOnWithTheSameNumbersAndTheTransformerAloneHasThemToo(
      @TempDir Path folder) throws IOException {
    Path work = folder.resolve("work");
    Path once = folder.resolve("once");
    build(work, once, 2);
    for (String stage : List.of("text", "flow", "noise", "guidance")) {
      Files.delete(work.resolve(stage + ".safetensors"));
    }
    Path again = folder.resolve("again");
    build(work, again, 2);

    for (String file : WEIGHTS) {
      assertThat(again.resolve(file)).hasSameBinaryContentAs(once.resolve(file));
    }

    Files.delete(again.resolve(TRANSFORMER));
    Path settings = again.resolve("tokenizer").resolve("tokenizer_config.json");
    Files.writeString(settings, " ", StandardOpenOption.APPEND);
    String ofTheEncoders = Files.readString(settings);
    Path elsewhere = folder.resolve("work of the transformer alone");
    try (BuildCheckpoint build = new BuildCheckpoint(elsewhere, again, recipe(2), line -> {})) {
      build.runTransformer();
    }
    assertThat(again.resolve(TRANSFORMER)).hasSameBinaryContentAs(once.resolve(TRANSFORMER));
    assertThat(Files.readString(settings))
        .as("vocabularies belong to the text encoders")
        .isEqualTo(ofTheEncoders);
  }

  @Test
  void everyWordOfACaptionIsOneTokenAndAnInventedOneFallsIntoLetters(@TempDir Path folder)
      throws IOException {
    Path root = folder.resolve("checkpoint");
    try (BuildCheckpoint build =
        new BuildCheckpoint(folder.resolve("work"), root, recipe(1), line -> {})) {
      build.configurations();
    }
    World world = new World(5, World.Split.TEST);
    try (Tokenizers tokenizers = Tokenizers.open(Checkpoint.open(root))) {
      for (int i = 0; i < 200; i++) {
        String caption = Captions.of(world.scene(i), i);
        int words = caption.split("[ ]").length + caption.replaceAll("[^,.]", "").length();
        assertThat(tokenizers.t5Tokens(caption)).as(caption).isEqualTo(words + 1);
        assertThat(tokenizers.t5Tokens(caption)).isLessThanOrEqualTo(Sizes.T5_LENGTH);
      }
      assertThat(tokenizers.t5Tokens("ohwx woman")).isEqualTo(1 + 4 + 1 + 1);
      assertThat(tokenizers.clipTokens("ohwx")).isGreaterThan(3);
      assertThat(tokenizers.clipTokens("woman wearing a sweater")).isEqualTo(4 + 2);
    }
  }

  private static void build(Path work, Path root, int steps) throws IOException {
    try (BuildCheckpoint build = new BuildCheckpoint(work, root, recipe(steps), line -> {})) {
      build.run();
    }
  }
}
