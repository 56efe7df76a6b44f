package io.atelier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.lora.Adapter;
import io.atelier.lora.AdapterLineage;
import io.atelier.lora.TokenEmbeddings;
import io.atelier.nn.Precision;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** adapter inspect, convert, resize and merge, and adapters of image. */
class AdapterCommandsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/flux-dev");
  private static final String CHECKPOINT = GOLDEN + "/checkpoint";
  private static final String WORD = "src/test/resources/reference/learned_word.safetensors";
  private static final AdapterLineage LINEAGE =
      new AdapterLineage(
          "4711",
          "abc",
          "flux-1-dev",
          "ohwx",
          "woman",
          "def",
          "train:\n  rank: 16\n",
          "123",
          "0.1.0",
          new AdapterLineage.Contract("ohwx woman", List.of("*"), null));

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyCommandHasHelpWithAnExample() {
    for (String command : List.of("inspect", "convert", "resize", "merge")) {
      assertThat(run("adapter", command, "--help")).isZero();
      assertThat(out.toString())
          .contains("Usage:\n  atelier adapter " + command, "Description:", "Exit codes:")
          .contains("./atelier adapter " + command + " ");
    }
    assertThat(run("adapter")).isEqualTo(1);
    assertThat(err.toString()).contains("inspect, convert, resize or merge");
  }

  @ParameterizedTest
  @CsvSource({
    "peft_alpha,diffusers,10,3,2",
    "kohya_fused,sd-scripts (kohya),30,2-8,0.1250-0.5000",
    "xlabs,x-labs,16,2,1"
  })
  void inspectSaysWhatAFileIs(String name, String format, int modules, String rank, String scale) {
    assertThat(run("adapter", "inspect", adapter(name), "--checkpoint", CHECKPOINT)).isZero();
    assertThat(out.toString())
        .contains(
            "  format      " + format + "\n",
            "  targets     no known set\n",
            "  modules     " + modules + "\n",
            "  rank        " + rank + "\n",
            "  scale       " + scale + "\n",
            " in F32\n",
            "  lineage     none",
            "  fits        " + CHECKPOINT)
        .containsPattern("size +[0-9,]+ bytes\n")
        .containsPattern("transformer_blocks\\.#\\.attn\\.to_q +2 +\\d +[0-9.]+ +[0-9.]+\n");
  }

  @Test
  void inspectShowsLineageAndContract() {
    Path file = trained();
    assertThat(run("adapter", "inspect", file.toString())).isZero();
    assertThat(out.toString())
        .contains(
            "  adapter     4711\n",
            "  made for    flux-1-dev\n",
            "  base        abc\n",
            "    rank: 16\n",
            "  concept     ohwx woman\n",
            "  packs       *\n",
            "  consent     not recorded\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "missing_partner",
        "not_finite",
        "rank_mismatch",
        "unknown_module",
        "truncated",
        "huge_header",
        "not_safetensors"
      })
  void inspectRefusesABrokenFile(String name) {
    assertThat(run("adapter", "inspect", adapter("refuse/" + name))).isEqualTo(2);
    assertThat(err.toString()).startsWith("atelier adapter inspect: BAD_").contains(name);
  }

  @Test
  void inspectRefusesAnAdapterThatDoesNotFitTheCheckpoint() {
    String file = adapter("refuse/wrong_shape");
    assertThat(run("adapter", "inspect", file)).isZero();
    assertThat(run("adapter", "inspect", file, "--checkpoint", CHECKPOINT)).isEqualTo(2);
    assertThat(err.toString()).contains("transformer_blocks.0.attn.to_q");
  }

  @Test
  void convertGoesToKohyaAndBackWithoutLoss() throws IOException {
    Path kohya = folder.resolve("kohya.safetensors");
    Path back = folder.resolve("back.safetensors");
    Path direct = folder.resolve("direct.safetensors");
    String source = trained().toString();
    assertThat(convert(source, kohya, "kohya")).isZero();
    assertThat(out.toString()).isEqualTo(kohya + "  sd-scripts (kohya), 10 modules\n");
    assertThat(convert(kohya.toString(), back, "diffusers")).isZero();
    assertThat(convert(source, direct, "diffusers")).isZero();
    try (Adapter one = Adapter.read(back);
        Adapter two = Adapter.read(direct)) {
      assertThat(one.parameters()).isEqualTo(two.parameters());
      assertThat(AdapterLineage.of(one.metadata())).isPresent();
      assertThat(AdapterLineage.history(one.metadata()))
          .containsExactly(
              "converted from the format diffusers, float32",
              "converted from the format sd-scripts (kohya), float32");
    }
  }

  @ParameterizedTest
  @CsvSource({"float32,F32", "bfloat16,BF16", "float16,F16"})
  void convertWritesTheTypeThatIsAskedFor(String precision, String type) {
    Path file = folder.resolve("new.safetensors");
    String xlabs = adapter("xlabs");
    assertThat(convert(xlabs, file, "diffusers", "--precision", precision)).isZero();
    assertThat(run("adapter", "inspect", file.toString())).isZero();
    assertThat(out.toString()).contains(" in " + type + "\n");
    assertThat(convert(xlabs, folder.resolve("x"), "kohya", "--precision", "int8")).isEqualTo(1);
  }

  @Test
  void convertRefusesAnUnknownFormatAndAnExistingFile() {
    Path file = trained();
    Path fresh = folder.resolve("new.safetensors");
    assertThat(convert(adapter("xlabs"), fresh, "x-labs")).isEqualTo(1);
    assertThat(convert(adapter("xlabs"), file, "kohya")).isEqualTo(2);
    assertThat(err.toString()).contains("'x-labs'", "diffusers or kohya", file + " is there");
    assertThat(fresh).doesNotExist();
  }

  @Test
  void resizePrintsTheEnergyThatIsKept() {
    Path small = folder.resolve("small.safetensors");
    assertThat(run("adapter", "resize", trained().toString(), small.toString(), "--rank", "2"))
        .isZero();
    assertThat(out.toString())
        .containsPattern("transformer_blocks\\.#\\.attn\\.to_q +0\\.[0-9]{4}\n")
        .containsPattern("all +0\\.[0-9]{4}\n")
        .contains(small + "  resized from rank 3 to rank 2, 0.");
    try (Adapter adapter = Adapter.read(small)) {
      assertThat(adapter.rank()).isEqualTo(2);
      assertThat(AdapterLineage.of(adapter.metadata())).isPresent();
      assertThat(AdapterLineage.history(adapter.metadata())).hasSize(1);
    }
  }

  @Test
  void resizeNeedsOneLimit() {
    String small = folder.resolve("small.safetensors").toString();
    String file = adapter("xlabs");
    assertThat(run("adapter", "resize", file, small)).isEqualTo(1);
    assertThat(run("adapter", "resize", file, small, "--rank", "1", "--energy", "0.5"))
        .isEqualTo(1);
    assertThat(run("adapter", "resize", file, small, "--energy", "2")).isEqualTo(2);
    assertThat(run("adapter", "resize", file, small, "--energy", "0.9")).isZero();
  }

  @Test
  void mergeWritesACheckpointThatRendersWhatTheAdaptersRender() throws IOException {
    Path merged = folder.resolve("merged");
    String one = adapter("peft_alpha") + ":0.5";
    String two = adapter("xlabs") + ":-0.25";
    assertThat(merge(merged, one, two)).isZero();
    assertThat(err.toString()).contains("writing model_index.json").doesNotContain("warning");
    assertThat(out.toString())
        .isEqualTo(
            merged
                + "  peft_alpha.safetensors at weight 0.5 + xlabs.safetensors at weight -0.25\n");
    Path plain = image(CHECKPOINT, "plain.png");
    Path stacked = image(CHECKPOINT, "stacked.png", "--adapter", one, "--adapter", two);
    assertThat(image(merged.toString(), "merged.png")).hasSameBinaryContentAs(stacked);
    assertThat(Files.readAllBytes(plain)).isNotEqualTo(Files.readAllBytes(stacked));
  }

  @Test
  void aFileOfTextualInversionIsShownAndRendered() throws IOException {
    assertThat(run("adapter", "inspect", WORD, "--checkpoint", CHECKPOINT)).isZero();
    assertThat(out.toString())
        .contains(
            "  format      textual inversion (diffusers)\n",
            "  word        <s0><s1><s2>\n",
            "  vectors     3\n",
            "  parameters  168\n",
            "  fits        " + CHECKPOINT);
    String prompt = "a <s0><s1><s2> dog";
    byte[] plain = Files.readAllBytes(picture(CHECKPOINT, prompt, "plain.png"));
    byte[] learned = Files.readAllBytes(picture(CHECKPOINT, prompt, "word.png", "--adapter", WORD));
    byte[] both =
        Files.readAllBytes(
            picture(
                CHECKPOINT, prompt, "both.png", "--adapter", adapter("xlabs"), "--adapter", WORD));
    assertThat(learned).isNotEqualTo(plain);
    assertThat(both).isNotEqualTo(learned);
  }

  @Test
  void theWordIsTheTriggerTokenOfTheLineage() {
    Path file = folder.resolve("word.safetensors");
    try (TokenEmbeddings learned = TokenEmbeddings.read(Path.of(WORD))) {
      learned.write(file, LINEAGE.toMetadata());
    }
    assertThat(run("adapter", "inspect", file.toString())).isZero();
    assertThat(out.toString())
        .contains("  word        ohwx\n", "  made for    flux-1-dev\n", "  trigger     ohwx\n");
    picture(CHECKPOINT, "photo of ohwx woman", "her.png", "--adapter", file.toString());
  }

  @Test
  void aContractThatLeavesOutPacksIsSaidWhereNothingChecksIt() {
    Map<String, String> limited =
        AdapterLineage.under(
            LINEAGE.toMetadata(),
            "4712",
            new AdapterLineage.Contract("ohwx woman", List.of("studio", "snow"), "paper 7"));
    Path lora = folder.resolve("limited.safetensors");
    try (Adapter adapter = Adapter.read(GOLDEN.resolve("adapters/peft_alpha.safetensors"))) {
      adapter.write(lora, Precision.FLOAT32, limited);
    }
    Path word = folder.resolve("limited word.safetensors");
    try (TokenEmbeddings learned = TokenEmbeddings.read(Path.of(WORD))) {
      learned.write(word, limited);
    }
    String said =
        ": its contract (paper 7) allows only the style packs snow, studio; nothing checks that";
    picture(CHECKPOINT, "an ohwx dog", "a.png", "--adapter", "" + lora, "--adapter", "" + word);
    assertThat(err.toString())
        .contains("warning: " + lora + said)
        .contains("warning: " + word + said);
    err.getBuffer().setLength(0);
    assertThat(merge(folder.resolve("merged"), lora.toString())).isZero();
    assertThat(err.toString()).contains("warning: " + lora + said);
    err.getBuffer().setLength(0);
    image(CHECKPOINT, "free.png", "--adapter", trained().toString());
    assertThat(err.toString()).doesNotContain("warning");
  }

  @Test
  void aWordOfAnotherCheckpointIsRefused() {
    Path file = folder.resolve("wide.safetensors");
    try (PointerScope scope = new PointerScope()) {
      Tensor wide = Torch.tensor(new float[] {1, 2}, 1, 2);
      SafetensorsWriter.write(file, new TreeMap<>(Map.of("clip_l", wide, "t5", wide)), Map.of());
    }
    assertThat(run("adapter", "inspect", file.toString())).isZero();
    assertThat(run("adapter", "inspect", file.toString(), "--checkpoint", CHECKPOINT)).isEqualTo(2);
    assertThat(err.toString()).contains("'clip_l' have 2 values", "reads 24");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a dog|--adapter " + WORD + "|exactly once",
        "a <s0><s1><s2> dog|--adapter " + WORD + ":0.5|used whole",
        "a <s0><s1><s2> dog|--adapter " + WORD + " --adapter " + WORD + "|one learned word",
      })
  void aLearnedWordIsUsedOnceAndWhole(String prompt, String adapters, String reason) {
    String[] fixed = {"image", "--checkpoint", CHECKPOINT, "--prompt", prompt, "--out", "a.png"};
    String[] arguments =
        Stream.concat(Stream.of(fixed), Stream.of(adapters.split(" "))).toArray(String[]::new);
    assertThat(run(arguments)).isEqualTo(2);
    assertThat(err.toString()).contains(reason).doesNotContain("loading");
  }

  @Test
  void warnsAboveTwoAdaptersAndAboveAWeightOfOne() {
    String file = adapter("xlabs");
    assertThat(merge(folder.resolve("a"), file + ":0.3", file + ":0.3", file + ":0.3")).isZero();
    assertThat(err.toString()).contains("warning: 3 adapters").doesNotContain("sum to");
    err.getBuffer().setLength(0);
    assertThat(merge(folder.resolve("b"), file, file + ":-0.1")).isZero();
    assertThat(err.toString()).contains("warning: the weights of the adapters sum to 1.1");
    err.getBuffer().setLength(0);
    image(CHECKPOINT, "a.png", "--adapter", file + ":1.5");
    assertThat(err.toString()).contains("warning: the weights of the adapters sum to 1.5");
  }

  @Test
  void mergeRefusesAnExistingFolderAndAFileThatIsNotThere() throws IOException {
    assertThat(merge(folder, adapter("xlabs"))).isEqualTo(2);
    assertThat(err.toString()).contains(folder + " is there already");
    assertThat(merge(folder.resolve("new"), folder + "/none.safetensors:0.5")).isEqualTo(2);
    assertThat(err.toString()).contains("none.safetensors is not a file");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  private Path trained() {
    Path file = folder.resolve("trained.safetensors");
    try (Adapter adapter = Adapter.read(GOLDEN.resolve("adapters/peft_alpha.safetensors"))) {
      adapter.write(file, Precision.FLOAT32, Map.copyOf(LINEAGE.toMetadata()));
    }
    return file;
  }

  private int convert(String from, Path to, String format, String... more) {
    String[] fixed = {"adapter", "convert", from, to.toString(), "--format", format};
    return run(Stream.concat(Stream.of(fixed), Stream.of(more)).toArray(String[]::new));
  }

  private int merge(Path target, String... adapters) {
    List<String> arguments =
        Stream.concat(
                Stream.of("adapter", "merge", "--checkpoint", CHECKPOINT, "--out", "" + target),
                Stream.of(adapters).flatMap(adapter -> Stream.of("--adapter", adapter)))
            .toList();
    return run(arguments.toArray(String[]::new));
  }

  private Path image(String checkpoint, String name, String... more) {
    return picture(checkpoint, "a dog", name, more);
  }

  private Path picture(String checkpoint, String prompt, String name, String... more) {
    Path file = folder.resolve(name);
    String[] fixed = {
      "image",
      "--checkpoint",
      checkpoint,
      "--prompt",
      prompt,
      "--out",
      "" + file,
      "--width",
      "64",
      "--height",
      "32",
      "--steps",
      "2",
      "--threads",
      "1",
      "--set",
      "model.t5_length=24",
      "--set",
      "model.device=cpu",
      "--precision",
      "float32"
    };
    assertThat(run(Stream.concat(Stream.of(fixed), Stream.of(more)).toArray(String[]::new)))
        .as(err.toString())
        .isZero();
    return file;
  }

  private static String adapter(String name) {
    return GOLDEN.resolve("adapters/" + name + ".safetensors").toString();
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    return Main.run(arguments, new PrintWriter(out), new PrintWriter(err));
  }
}
