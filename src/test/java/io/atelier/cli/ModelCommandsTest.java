package io.atelier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** verify, inspect and image on the tiny golden checkpoints. */
class ModelCommandsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final String DEV = GOLDEN + "/flux-dev/checkpoint";
  private static final String SCHNELL = GOLDEN + "/flux-schnell/checkpoint";
  private static final String[] TINY = {
    "--width",
    "64",
    "--height",
    "32",
    "--threads",
    "1",
    "--set",
    "model.t5_length=24",
    "--set",
    "model.device=cpu"
  };

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void verifyPrintsARowACaseAndSucceedsIfAllPass() {
    int code =
        run(
            "verify",
            "--checkpoint",
            DEV,
            "--cases",
            GOLDEN + "/flux-dev/cases",
            "--kinds",
            "clip_text,t5_encoder,scheduler",
            "--threads",
            "1");
    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString().lines())
        .hasSize(6)
        .anyMatch(line -> line.matches("t5_long +t5_encoder +\\d.*e-.* \\d.*e-.* pass"))
        .last()
        .isEqualTo("4 of 4 cases pass");
  }

  @Test
  void verifyPassesEveryRecordedCase() {
    for (String checkpoint : List.of("flux-dev", "flux-schnell")) {
      assertThat(verifyAll(checkpoint)).isZero();
      assertThat(out.toString()).doesNotContain("FAIL").endsWith("21 of 21 cases pass\n");
    }
  }

  private int verifyAll(String checkpoint) {
    Path golden = GOLDEN.resolve(checkpoint);
    return run(
        "verify",
        "--checkpoint",
        golden + "/checkpoint",
        "--cases",
        golden + "/cases",
        "--threads",
        "1");
  }

  @Test
  void verifyFailsIfACaseIsOutsideTheTolerance() {
    int code =
        run(
            "verify",
            "--checkpoint",
            DEV,
            "--cases",
            GOLDEN + "/flux-dev/cases",
            "--kinds",
            "clip_text",
            "--tolerance",
            "1e-12",
            "--threads",
            "1");
    assertThat(code).isEqualTo(2);
    assertThat(out.toString()).contains("FAIL", "0 of 1 cases pass");
  }

  @Test
  void verifyRefusesAnUnknownKindAFolderThatIsNotThereAndABadTolerance() {
    String cases = GOLDEN + "/flux-dev/cases";
    assertThat(run("verify", "--checkpoint", DEV, "--cases", cases, "--kinds", "clip"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("clip", "clip_text");
    assertThat(run("verify", "--checkpoint", DEV, "--cases", folder + "/none")).isEqualTo(2);
    assertThat(err.toString()).contains(folder + "/none");
    assertThat(run("verify", "--checkpoint", DEV, "--cases", cases, "--tolerance", "-1"))
        .isEqualTo(1);
    assertThat(run("verify", "--checkpoint", folder + "/none", "--cases", cases)).isEqualTo(2);
  }

  @Test
  void aCheckpointIsNeeded() {
    assertThat(run("inspect")).isEqualTo(1);
    assertThat(err.toString()).contains("--checkpoint DIR");
  }

  @Test
  void inspectNamesComponentsParametersTypesAndHashes() {
    assertThat(run("inspect", "--checkpoint", DEV)).isZero();
    assertThat(out.toString())
        .containsPattern("checkpoint  [0-9a-f]{64}\n")
        .contains("transformer: 135,040 parameters in 112 tensors, F32")
        .containsPattern("[0-9a-f]{64} +486 bytes  scheduler/scheduler_config.json");
  }

  @Test
  void imageWritesThePictureOfItsSeed() throws IOException {
    Path file = folder.resolve("new folder/dog.png");
    assertThat(image(DEV, file, "--seed", "7", "--steps", "2")).isZero();
    assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(64);
    assertThat(ImageIO.read(file.toFile()).getHeight()).isEqualTo(32);
    assertThat(out.toString()).startsWith(file + "  64 x 32  seed 7  ");
    assertThat(err.toString()).contains("dog.png  step 1/2", "dog.png  step 2/2");

    Path again = folder.resolve("again.png");
    Path other = folder.resolve("other.png");
    image(DEV, again, "--seed", "7", "--steps", "2");
    image(DEV, other, "--seed", "8", "--steps", "2");
    assertThat(again).hasSameBinaryContentAs(file);
    assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(file));
  }

  @Test
  void imageNumbersSeveralPicturesAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("dog.png");
    assertThat(image(SCHNELL, file, "--seed", "7", "--count", "2")).isZero();
    assertThat(names()).containsExactly("dog-0001.png", "dog-0002.png");
    assertThat(err.toString()).contains("step 4/4").doesNotContain("/28");
    Path second = folder.resolve("second.png");
    assertThat(image(SCHNELL, second, "--seed", "8")).isZero();
    assertThat(folder.resolve("dog-0002.png")).hasSameBinaryContentAs(second);
  }

  @Test
  void aNegativePromptChangesThePicture() throws IOException {
    Path plain = folder.resolve("plain.png");
    Path guided = folder.resolve("guided.png");
    image(DEV, plain, "--steps", "2");
    assertThat(image(DEV, guided, "--steps", "2", "--negative", "dark")).isZero();
    assertThat(Files.readAllBytes(guided)).isNotEqualTo(Files.readAllBytes(plain));
  }

  @Test
  void imageRefusesWhatCannotWorkBeforeItLoadsAModel() throws IOException {
    Path file = folder.resolve("a.png");
    assertThat(image(DEV, folder.resolve("a.jpg"))).isEqualTo(1);
    assertThat(image(DEV, file, "--count", "0")).isEqualTo(1);
    assertThat(image(DEV, file, "--seed", "-1")).isEqualTo(1);
    assertThat(image(DEV, file, "--negative", "dark", "--true-cfg", "1")).isEqualTo(1);
    assertThat(image(DEV, Path.of("/"))).isEqualTo(1);
    assertThat(image(DEV, file, "--true-cfg", "2")).isEqualTo(1);
    assertThat(image(DEV, file, "--set", "train.rank")).isEqualTo(1);
    assertThat(image(DEV, file, "--steps", "0")).isEqualTo(2);
    assertThat(image(DEV, file, "--precision", "float16")).isEqualTo(2);
    assertThat(image(DEV, file, "--device", "tpu")).isEqualTo(2);
    assertThat(run("image", "--checkpoint", DEV, "--prompt", "", "--out", "x.png", "--width", "70"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--width 70", "16").doesNotContain("loading");
    assertThat(names()).isEmpty();
  }

  private int image(String checkpoint, Path file, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("image", "--checkpoint", checkpoint, "--prompt", "a dog", "--out", "" + file));
    arguments.addAll(Arrays.asList(TINY));
    arguments.addAll(Arrays.asList(more));
    return run(arguments.toArray(String[]::new));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    return Main.run(arguments, new PrintWriter(out), new PrintWriter(err));
  }
}
