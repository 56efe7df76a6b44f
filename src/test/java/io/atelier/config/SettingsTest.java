package io.atelier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.EditDistance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void theDefaultsAreTheRecordedOnes() {
    assertThat(Settings.defaults().describe())
        .isEqualTo(
            """
            intake:
              class_noun: person
              max_bytes: 50000000
              fetch_concurrency: 16
              fetch_timeout: 30
              fetch_attempts: 3
              fetch_first_wait: 1
            curate:
              rules: portrait
              max_pixels: 100000000
              face_model: null
              identity_model: null
              embedding_model: null
              aesthetic_model: null
              safety_model: null
              unsafe_classes: ["1"]
              model_batch: 16
              clusters: null
              min_photos: 5
              ready_photos: 10
            caption:
              captioner: attributes
              prompt: null
              max_tokens: 128
              endpoint_url: null
              endpoint_model: null
              endpoint_key_env: null
              endpoint_image_size: 512
              endpoint_temperature: 0
              endpoint_body: null
              endpoint_concurrency: 8
              endpoint_timeout: 60
              endpoint_attempts: 5
              endpoint_first_wait: 1
              endpoint_prompt_price: 0
              endpoint_answer_price: 0
              onnx_folder: null
              onnx_beams: null
              tagger_folder: null
            train:
              method: lora
              inversion_tokens: 4
              rank: 16
              alpha: 16
              steps: 1000
              optimizer: adamw
              learning_rate: 1e-4
              batch: 1
              accumulation: 1
              resolution: 512
              shape: own
              progressive: []
              flip: 0
              targets: diffusers
              caption_dropout: 0.05
              guidance: 1
              schedule: constant
              weight_decay: 1e-4
              clip: 1
              warmup: 0
              seed: 0
              precision: bfloat16
              sigma_sampling: logit-normal+flux-shift
              prior: none
              prior_weight: 1
              prior_samples: 100
              prior_steps: 20
              prior_guidance: 3.5
              validation_photos: 0
              validate_every: 50
              patience: 0
            generate:
              batch_size: 4
              precision: bfloat16
              packs: [studio]
              likeness_folder: null
            model:
              checkpoint: null
              t5_length: null
              device: auto
            report:
              subjects_on_one_page: 50
              shown_subjects: 1000
              shown_photos: 100
              sheet_subjects: 24
              sheet_looks: 12
              listed_failures: 200
              subjects: 60
              refused_photos: 12
              duplicate_groups: 24
            runtime:
              threads: null
              max_failed_share: 0.1
              require_consent: false
              checkpoint_every: 100
            """);
  }

  @Test
  void theShippedFileListsEveryKeyOnceWithItsDefault() {
    List<String> problems = new ArrayList<>();
    List<RawValue> written = YamlSettings.read(Path.of("conf/atelier.yaml"), problems);
    assertThat(problems).isEmpty();
    assertThat(written.stream().map(RawValue::key))
        .containsExactlyElementsOf(SettingKey.all().stream().map(SettingKey::name).toList());
    for (RawValue value : written) {
      SettingKey key = SettingKey.find(value.key()).orElseThrow();
      assertThat(value.parse(key)).as(value.key()).isEqualTo(key.defaultValue());
    }
  }

  @Test
  void theShippedFileExplainsEveryKey() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("conf/atelier.yaml"));
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).matches("  [a-z0-9_]+:.*")) {
        assertThat(lines.get(i - 1)).as("line %d", i).startsWith("  # ");
      }
    }
  }

  @Test
  void everyKeyHasAMeaningAndADefaultInItsRange() {
    for (SettingKey key : SettingKey.all()) {
      assertThat(key.setting().doc()).as(key.name()).endsWith(".").hasSizeGreaterThan(10);
      assertThat(key.defaultValue()).as(key.name()).isNotNull();
    }
  }

  @Test
  void theDescriptionReadsBackAsTheSameSettings() throws IOException {
    List<Flag> flags =
        List.of(
            new Flag("model.checkpoint", "/a \"b\"\\c: #1", "--checkpoint"),
            new Flag("generate.packs", "true,1,x y,@z", "--set"),
            new Flag("train.learning_rate", "1.25e-7", "--set"),
            new Flag("intake.class_noun", "no", "--set"));
    Settings settings = SettingsLoader.load(List.of(), Map.of(), flags).settings();
    Path file = Files.writeString(folder.resolve("again.yaml"), settings.describe());
    Settings again = SettingsLoader.load(List.of(file), Map.of(), List.of()).settings();
    assertThat(again).isEqualTo(settings);
    assertThat(again.hash()).isEqualTo(settings.hash());
  }

  @Test
  void theHashDependsOnValuesAndNotOnTheirSource() {
    Settings plain = Settings.defaults();
    Settings given = with(new Flag("train.rank", "16", "--set"));
    Settings other = with(new Flag("train.rank", "8", "--set"));
    assertThat(plain.hash()).hasSize(64).isEqualTo(given.hash()).isNotEqualTo(other.hash());
  }

  @Test
  void theHashOfASectionDependsOnThatSectionOnly() {
    Settings plain = Settings.defaults();
    Settings other = with(new Flag("report.sheet_looks", "2", "--set"));
    assertThat(other.hash("train")).isEqualTo(plain.hash("train"));
    assertThat(other.hash("report")).isNotEqualTo(plain.hash("report"));
    assertThatThrownBy(() -> plain.hash("trian")).hasMessageContaining("'trian'");
  }

  @Test
  void nearestNamesFollowTheEditDistance() {
    assertThat(EditDistance.between("kitten", "sitting")).isEqualTo(3);
    assertThat(EditDistance.between("", "abc")).isEqualTo(3);
    assertThat(EditDistance.between("same", "same")).isZero();
    assertThat(Nearest.key("train.lerning_rate")).isEqualTo("train.learning_rate");
    assertThat(Nearest.key("max_failed_share")).isEqualTo("runtime.max_failed_share");
    assertThat(Nearest.key("generate.rank")).isEqualTo("train.rank");
    assertThat(Nearest.key("Generate.precisoin")).isEqualTo("generate.precision");
  }

  private static Settings with(Flag flag) {
    return SettingsLoader.load(List.of(), Map.of(), List.of(flag)).settings();
  }
}
