package io.atelier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLoaderTest {
  @TempDir Path folder;

  @Test
  void laterSourcesWin() throws IOException {
    Path file = write("train:\n  rank: 4\n  steps: 40\n  batch: 4\n");
    Map<String, String> environment =
        Map.of("ATELIER_TRAIN_STEPS", "50", "ATELIER_TRAIN_BATCH", "5");
    LoadedSettings loaded =
        SettingsLoader.load(
            List.of(file), environment, List.of(new Flag("train.batch", "6", "--batch")));
    assertThat(loaded.settings().train().rank()).isEqualTo(4);
    assertThat(loaded.settings().train().steps()).isEqualTo(50);
    assertThat(loaded.settings().train().batch()).isEqualTo(6);
    assertThat(loaded.settings().train().alpha()).isEqualTo(16.0);
    assertThat(loaded.describeGiven())
        .isEqualTo(
            "train.rank = 4  (%s:2)\n".formatted(file)
                + "train.steps = 50  (ATELIER_TRAIN_STEPS)\n"
                + "train.batch = 6  (--batch)\n");
  }

  @Test
  void aFileCanNameWhatLiesBesideIt() throws IOException {
    Path file =
        write("model:\n  checkpoint: '{here}/../flux'\ngenerate:\n  packs: ['{here}/own.yaml']\n");
    LoadedSettings loaded = SettingsLoader.load(List.of(file), Map.of(), List.of());
    assertThat(loaded.settings().model().checkpoint()).contains(folder + "/../flux");
    assertThat(loaded.settings().generate().packs()).containsExactly(folder + "/own.yaml");
  }

  @Test
  void everyKeyCanBeSetInTheFileInTheEnvironmentAndByAFlag() throws IOException {
    Map<String, String> other = otherValues();
    StringBuilder yaml = new StringBuilder();
    Map<String, String> environment = new HashMap<>();
    List<Flag> flags = new ArrayList<>();
    String section = "";
    for (SettingKey key : SettingKey.all()) {
      String value = other.get(key.name());
      assertThat(value).as("a value for %s in this test", key.name()).isNotNull();
      assertThat(key.parse(value)).as(key.name()).isNotEqualTo(key.defaultValue());
      if (!key.section().equals(section)) {
        section = key.section();
        yaml.append(section).append(":\n");
      }
      String written = key.type() == List.class ? "[" + value + "]" : value;
      written = value.startsWith("{") ? "'" + value + "'" : written;
      yaml.append("  %s: %s\n".formatted(key.name().split("\\.")[1], written));
      environment.put(key.environmentName(), value);
      flags.add(new Flag(key.name(), value, "--set"));
    }
    Settings fromFile = load(yaml.toString()).settings();
    Settings fromEnvironment = SettingsLoader.load(List.of(), environment, List.of()).settings();
    Settings fromFlags = SettingsLoader.load(List.of(), Map.of(), flags).settings();
    assertThat(fromFile).isEqualTo(fromEnvironment).isEqualTo(fromFlags);
    assertThat(other).hasSameSizeAs(SettingKey.all());
    Map<String, Object> defaults = SettingsBinder.values(Settings.defaults());
    SettingsBinder.values(fromFile)
        .forEach((key, value) -> assertThat(value).as(key).isNotEqualTo(defaults.get(key)));
  }

  @Test
  void reportsAllProblemsAtOnceEachWithItsSource() throws IOException {
    Path file =
        write(
            """
            train:
              rnak: 8
              steps: many
              rank: 0

            curate: 3
            generate:
              packs: [a, [b]]
              precision: float16
            """);
    AtelierException error =
        catchThrowableOfType(
            AtelierException.class,
            () ->
                SettingsLoader.load(
                    List.of(file),
                    Map.of("ATELIER_TRAIN_RNAK", "1", "ATELIER_MODEL_DEVICE", "tpu", "HOME", "/"),
                    List.of(
                        new Flag("train.resolution", "500", "--set"),
                        new Flag("rank", "9", "--set"))));
    assertThat(error.code()).isEqualTo(ErrorCode.BAD_CONFIG);
    assertThat(error.getMessage().lines())
        .containsExactly(
            "10 problems in the settings:",
            "  "
                + file
                + ":6: 'curate' is not a mapping of keys; write its keys indented below"
                + " 'curate:'",
            "  " + file + ":8: generate.packs holds a list or mapping, but values are wanted",
            "  " + file + ":2: unknown key 'train.rnak'; did you mean 'train.rank'?",
            "  " + file + ":3: train.steps: 'many' is not a whole number",
            "  " + file + ":4: train.rank: 0 is below the least value 1",
            "  " + file + ":9: generate.precision: 'float16' is none of: bfloat16, float32",
            "  ATELIER_MODEL_DEVICE: model.device: 'tpu' is none of: auto, cpu, cuda",
            "  ATELIER_TRAIN_RNAK: no setting has this variable; did you mean"
                + " ATELIER_TRAIN_RANK? Else unset it",
            "  --set: train.resolution: 500 is not a multiple of 16",
            "  --set: unknown key 'rank'; did you mean 'train.rank'?");
  }

  @Test
  void checksAValueEvenIfALaterSourceReplacesIt() {
    AtelierException error =
        catchThrowableOfType(
            AtelierException.class,
            () ->
                SettingsLoader.load(
                    List.of(),
                    Map.of("ATELIER_TRAIN_RANK", "no"),
                    List.of(new Flag("train.rank", "8", "--set"))));
    assertThat(error).hasMessageContaining("ATELIER_TRAIN_RANK: train.rank: 'no'");
  }

  @Test
  void namesTheLineOfAFileThatIsNotYaml() throws IOException {
    AtelierException error = failure("train:\n  rank: [1\nmodel:\n");
    assertThat(error.getMessage()).contains("atelier.yaml:").contains("not YAML");
  }

  @Test
  void refusesAKeyGivenTwice() throws IOException {
    AtelierException error = failure("train:\n  rank: 1\n  rank: 2\n");
    assertThat(error.getMessage())
        .contains("atelier.yaml:3: 'train.rank' is given twice, first at ")
        .contains("atelier.yaml:2");
  }

  @Test
  void refusesAFileThatIsNoMappingAndASecondDocument() throws IOException {
    assertThat(failure("- train\n").getMessage()).contains("must be a mapping of sections");
    assertThat(failure("train:\n  rank: 1\n---\ntrain:\n  rank: 2\n").getMessage())
        .contains("a second document starts here");
  }

  @Test
  void refusesAMappingOrAListWhereOneValueIsWanted() throws IOException {
    assertThat(failure("train:\n  rank: {a: 1}\n").getMessage()).contains("rank is a mapping");
    assertThat(failure("train:\n  rank: [1]\n").getMessage())
        .contains("train.rank: is a list, but one value is wanted");
  }

  @Test
  void refusesAValueThatIsMissingOrOnlyAnAlias() throws IOException {
    assertThat(failure("train:\n  rank:\n").getMessage())
        .contains("atelier.yaml:2: train.rank: is empty");
    assertThat(failure("train:\n  rank: &x 1\n  batch: *x\n").getMessage())
        .contains("train.batch is an alias");
  }

  @Test
  void refusesAMissingFile() {
    AtelierException error =
        catchThrowableOfType(
            AtelierException.class,
            () -> SettingsLoader.load(List.of(folder.resolve("none.yaml")), Map.of(), List.of()));
    assertThat(error).hasMessageContaining("none.yaml: there is no such file");
  }

  @Test
  void anEmptyFileAndAnEmptySectionChangeNothing() throws IOException {
    assertThat(load("").settings()).isEqualTo(Settings.defaults());
    assertThat(load("# nothing\n").settings()).isEqualTo(Settings.defaults());
    assertThat(load("train:\nmodel:\n").settings()).isEqualTo(Settings.defaults());
  }

  @Test
  void refusesNumbersThatNoMachineHolds() throws IOException {
    for (String value : List.of("NaN", ".inf", "1e999", "1d", "99999999999999999999")) {
      assertThat(failure("train:\n  alpha: " + value + "\n  rank: " + value + "\n").getMessage())
          .as(value)
          .contains("train.alpha", "train.rank");
    }
  }

  @Test
  void refusesValuesThatContradictEachOther() throws IOException {
    assertThat(failure("train: {steps: 10, warmup: 11}\n").getMessage())
        .contains("train.warmup (11) is greater than train.steps (10)");
  }

  @Test
  void readsListsFromAllSources() throws IOException {
    assertThat(load("generate:\n  packs:\n    - a\n    - 'b c'\n").settings().generate().packs())
        .containsExactly("a", "b c");
    assertThat(load("generate:\n  packs: a\n").settings().generate().packs()).containsExactly("a");
    assertThat(
            SettingsLoader.load(List.of(), Map.of("ATELIER_GENERATE_PACKS", "a, b"), List.of())
                .settings()
                .generate()
                .packs())
        .containsExactly("a", "b");
  }

  @Test
  void aLimitThatMovedToTheRulesSaysWhere() {
    assertThatThrownBy(
            () ->
                SettingsLoader.load(
                    List.of(), Map.of(), List.of(new Flag("curate.min_side", "64", "--set"))))
        .hasMessageContaining("unknown key 'curate.min_side'; limits on photos are in a rules file")
        .hasMessageContaining("curate.rules");
  }

  @Test
  void anOptionalSettingCanBeUnset() throws IOException {
    Path file = write("model:\n  t5_length: 256\n");
    Settings settings =
        SettingsLoader.load(
                List.of(file), Map.of(), List.of(new Flag("model.t5_length", "null", "--set")))
            .settings();
    assertThat(settings.model().t5Length()).isEqualTo(OptionalInt.empty());
  }

  private static Map<String, String> otherValues() {
    Map<String, String> values = new HashMap<>();
    values.put("intake.class_noun", "dog");
    values.put("intake.max_bytes", "1000000");
    values.put("intake.fetch_concurrency", "4");
    values.put("intake.fetch_timeout", "5");
    values.put("intake.fetch_attempts", "2");
    values.put("intake.fetch_first_wait", "0.5");
    values.put("curate.max_pixels", "5000000");
    values.put("curate.rules", "dataset");
    values.put("curate.face_model", "models/yunet.onnx");
    values.put("curate.identity_model", "models/sface.onnx");
    values.put("curate.embedding_model", "models/clip.onnx");
    values.put("curate.aesthetic_model", "models/aesthetic.onnx");
    values.put("curate.safety_model", "s3a://models/safety/model.onnx");
    values.put("curate.unsafe_classes", "2, 3");
    values.put("curate.model_batch", "32");
    values.put("curate.clusters", "8");
    values.put("curate.min_photos", "7");
    values.put("curate.ready_photos", "12");
    values.put("caption.captioner", "onnx");
    values.put("caption.prompt", "<DETAILED_CAPTION>");
    values.put("caption.max_tokens", "64");
    values.put("caption.endpoint_url", "http://localhost:8000/v1");
    values.put("caption.endpoint_model", "small");
    values.put("caption.endpoint_key_env", "VISION_KEY");
    values.put("caption.endpoint_image_size", "256");
    values.put("caption.endpoint_temperature", "0.5");
    values.put("caption.endpoint_body", "{\"seed\": 7}");
    values.put("caption.endpoint_concurrency", "3");
    values.put("caption.endpoint_timeout", "9");
    values.put("caption.endpoint_attempts", "2");
    values.put("caption.endpoint_first_wait", "0.25");
    values.put("caption.endpoint_prompt_price", "0.15");
    values.put("caption.endpoint_answer_price", "0.6");
    values.put("train.shape", "square");
    values.put("caption.onnx_folder", "/models/florence");
    values.put("caption.tagger_folder", "/models/tagger");
    values.put("caption.onnx_beams", "3");
    values.put("train.method", "textual-inversion");
    values.put("train.inversion_tokens", "2");
    values.put("train.rank", "8");
    values.put("train.alpha", "4.5");
    values.put("train.steps", "20");
    values.put("train.learning_rate", "0.5");
    values.put("train.batch", "2");
    values.put("train.resolution", "768");
    values.put("train.targets", "all-blocks");
    values.put("train.schedule", "cosine");
    values.put("train.accumulation", "4");
    values.put("train.caption_dropout", "0.1");
    values.put("train.guidance", "3.5");
    values.put("train.weight_decay", "0.01");
    values.put("train.clip", "0.5");
    values.put("train.warmup", "10");
    values.put("train.seed", "4294967295");
    values.put("train.precision", "float32");
    values.put("train.sigma_sampling", "uniform");
    values.put("train.optimizer", "prodigy");
    values.put("train.progressive", "256, 384");
    values.put("train.flip", "0.5");
    values.put("train.prior", "teacher");
    values.put("train.prior_weight", "0.5");
    values.put("train.prior_samples", "8");
    values.put("train.prior_steps", "4");
    values.put("train.prior_guidance", "1");
    values.put("train.validation_photos", "2");
    values.put("train.validate_every", "20");
    values.put("train.patience", "3");
    values.put("runtime.checkpoint_every", "7");
    values.put("runtime.require_consent", "true");
    values.put("runtime.checkpoint_every", "7");
    values.put("generate.batch_size", "1");
    values.put("generate.precision", "float32");
    values.put("generate.packs", "studio, noir.yaml");
    values.put("generate.likeness_folder", "/models/people");
    values.put("model.checkpoint", "/models/FLUX.1 dev");
    values.put("model.t5_length", "256");
    values.put("model.device", "cpu");
    values.put("report.subjects_on_one_page", "10");
    values.put("report.sheet_subjects", "3");
    values.put("report.sheet_looks", "4");
    values.put("report.listed_failures", "0");
    values.put("report.subjects", "2");
    values.put("report.refused_photos", "1");
    values.put("report.duplicate_groups", "3");
    values.put("report.shown_subjects", "3");
    values.put("report.shown_photos", "3");
    values.put("runtime.threads", "2");
    values.put("runtime.max_failed_share", "0.5");
    return values;
  }

  private AtelierException failure(String yaml) throws IOException {
    Path file = write(yaml);
    return catchThrowableOfType(
        AtelierException.class, () -> SettingsLoader.load(List.of(file), Map.of(), List.of()));
  }

  private LoadedSettings load(String yaml) throws IOException {
    return SettingsLoader.load(List.of(write(yaml)), Map.of(), List.of());
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(folder.resolve("atelier.yaml"), yaml);
  }
}
