package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CheckpointTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Path DEV = GOLDEN.resolve("flux-dev/checkpoint");

  @Test
  void readsTheConfigurationsOfBothVariants() {
    Checkpoint dev = Checkpoint.open(DEV);
    assertThat(dev.transformer())
        .isEqualTo(new TransformerConfig(2, 2, 16, 2, 64, null, 32, 24, true, List.of(4, 6, 6)));
    assertThat(dev.vae())
        .isEqualTo(new VaeConfig(3, 3, 16, List.of(16, 16, 32, 32), 2, 8, 0.3611, 0.1159));
    assertThat(dev.clip()).isEqualTo(new ClipConfig(720, 24, 72, 3, 4, 77, 1e-5, 2));
    assertThat(dev.t5()).isEqualTo(new T5Config(384, 32, 10, 56, 3, 3, 32, 128, 1e-6));
    assertThat(dev.scheduler())
        .isEqualTo(new SchedulerConfig(1000, 3.0, true, 0.5, 1.15, 256, 4096, false));

    Checkpoint schnell = Checkpoint.open(GOLDEN.resolve("flux-schnell/checkpoint"));
    assertThat(schnell.transformer().guidanceEmbeds()).isFalse();
    assertThat(schnell.scheduler().useDynamicShifting()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "model_index.json, FluxPipeline, FluxFillPipeline, _class_name",
    "model_index.json, T5EncoderModel, T5Model, text_encoder_2",
    "model_index.json, FluxTransformer2DModel, Flux2Transformer2DModel, transformer",
    "model_index.json, image_encoder, controlnet, controlnet",
    "transformer/config.json, \"patch_size\": 1, \"patch_size\": 2, patch_size",
    "transformer/config.json, \"num_layers\": 2, \"num_layers\": 0, num_layers",
    "transformer/config.json, \"num_layers\": 2, \"num_layers\": 2.5, num_layers",
    "transformer/config.json, \"num_layers\": 2, \"num_layers\": 99999999999, num_layers",
    "transformer/config.json, \"guidance_embeds\": true, \"guidance_embeds\": 1, guidance_embeds",
    "transformer/config.json, \"attention_head_dim\": 16, \"attention_head_dim\": 18, axes_dims",
    "transformer/config.json, \"patch_size\": 1, \"qk_norm\": \"none\", qk_norm",
    "transformer/config.json, \"joint_attention_dim\": 32, \"joint_attention_dim\": 33, d_model",
    "vae/config.json, \"silu\", \"gelu\", act_fn",
    "vae/config.json, \"use_quant_conv\": false, \"use_quant_conv\": true, use_quant_conv",
    "vae/config.json, \"use_quant_conv\": false, \"_x\": 0, use_quant_conv is true by default",
    "vae/config.json, \"use_post_quant_conv\": false, \"_x\": 0, use_post_quant_conv",
    "vae/config.json, \"latents_mean\": null, \"latents_mean\": [1.0], latents_mean",
    "vae/config.json, \"shift_factor\": 0.1159, \"shift_factor\": null, shift_factor is absent",
    "vae/config.json, UpDecoderBlock2D, AttnUpDecoderBlock2D, up_block_types",
    "vae/config.json, \"norm_num_groups\": 8, \"norm_num_groups\": 7, block_out_channels",
    "text_encoder/config.json, quick_gelu, gelu, hidden_act",
    "text_encoder/config.json, \"num_attention_heads\": 4, \"num_attention_heads\": 5, heads",
    "text_encoder_2/config.json, gated-gelu, relu, feed_forward_proj",
    "text_encoder_2/config.json, \"pad_token_id\": 0, \"pad_token_id\": 3, pad_token_id",
    "scheduler/scheduler_config.json, exponential\", linear\", time_shift_type",
    "scheduler/scheduler_config.json, karras_sigmas\": false, karras_sigmas\": true, use_karras",
    "scheduler/scheduler_config.json, shift_terminal\": null, shift_terminal\": 0.02, terminal",
    "scheduler/scheduler_config.json, { , [ , is not valid JSON",
  })
  void refusesWhatItDoesNotCompute(
      String file, String from, String to, String reason, @TempDir Path copy) throws IOException {
    TokenizersTest.copyTree(DEV, copy);
    Path edited = copy.resolve(file);
    String text = Files.readString(edited);
    assertThat(text).contains(from);
    Files.writeString(edited, text.replaceFirst(Pattern.quote(from), to));
    assertThatExceptionOfType(AtelierException.class)
        .isThrownBy(() -> Checkpoint.open(copy))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CHECKPOINT))
        .withMessageContaining(reason)
        .withMessageContaining(copy.toString());
  }

  @Test
  void readsThePublishedConfigurations(@TempDir Path copy) throws IOException {
    TokenizersTest.copyTree(DEV, copy);
    Files.writeString(
        copy.resolve("transformer/config.json"),
        """
        {"_class_name": "FluxTransformer2DModel", "_diffusers_version": "0.30.0.dev0",
         "_name_or_path": "../checkpoints/flux-dev/transformer", "attention_head_dim": 128,
         "guidance_embeds": true, "in_channels": 64, "joint_attention_dim": 4096,
         "num_attention_heads": 24, "num_layers": 19, "num_single_layers": 38, "patch_size": 1,
         "pooled_projection_dim": 768}
        """);
    Files.writeString(
        copy.resolve("text_encoder/config.json"),
        """
        {"_name_or_path": "openai/clip-vit-large-patch14", "architectures": ["CLIPTextModel"],
         "attention_dropout": 0.0, "bos_token_id": 0, "dropout": 0.0, "eos_token_id": 2,
         "hidden_act": "quick_gelu", "hidden_size": 768, "initializer_factor": 1.0,
         "initializer_range": 0.02, "intermediate_size": 3072, "layer_norm_eps": 1e-05,
         "max_position_embeddings": 77, "model_type": "clip_text_model",
         "num_attention_heads": 12, "num_hidden_layers": 12, "pad_token_id": 1,
         "projection_dim": 768, "torch_dtype": "bfloat16", "transformers_version": "4.43.3",
         "vocab_size": 49408}
        """);
    Files.writeString(
        copy.resolve("text_encoder_2/config.json"),
        """
        {"_name_or_path": "google/t5-v1_1-xxl", "architectures": ["T5EncoderModel"],
         "classifier_dropout": 0.0, "d_ff": 10240, "d_kv": 64, "d_model": 4096,
         "decoder_start_token_id": 0, "dense_act_fn": "gelu_new", "dropout_rate": 0.1,
         "eos_token_id": 1, "feed_forward_proj": "gated-gelu", "initializer_factor": 1.0,
         "is_encoder_decoder": true, "is_gated_act": true, "layer_norm_epsilon": 1e-06,
         "model_type": "t5", "num_decoder_layers": 24, "num_heads": 64, "num_layers": 24,
         "output_past": true, "pad_token_id": 0, "relative_attention_max_distance": 128,
         "relative_attention_num_buckets": 32, "tie_word_embeddings": false,
         "torch_dtype": "bfloat16", "transformers_version": "4.43.3", "use_cache": true,
         "vocab_size": 32128}
        """);
    Files.writeString(
        copy.resolve("scheduler/scheduler_config.json"),
        """
        {"_class_name": "FlowMatchEulerDiscreteScheduler", "_diffusers_version": "0.30.0.dev0",
         "base_image_seq_len": 256, "base_shift": 0.5, "max_image_seq_len": 4096,
         "max_shift": 1.15, "num_train_timesteps": 1000, "shift": 3.0,
         "use_dynamic_shifting": true}
        """);
    Checkpoint checkpoint = Checkpoint.open(copy);
    assertThat(checkpoint.transformer())
        .isEqualTo(
            new TransformerConfig(19, 38, 128, 24, 64, null, 4096, 768, true, List.of(16, 56, 56)));
    assertThat(checkpoint.clip()).isEqualTo(new ClipConfig(49408, 768, 3072, 12, 12, 77, 1e-5, 2));
    assertThat(checkpoint.t5())
        .isEqualTo(new T5Config(32128, 4096, 64, 10240, 24, 64, 32, 128, 1e-6));
    assertThat(checkpoint.scheduler())
        .isEqualTo(new SchedulerConfig(1000, 3.0, true, 0.5, 1.15, 256, 4096, false));
  }

  @Test
  void readsTheSchedulerOfTheCheckpointThatComesAlong() {
    assertThat(Checkpoint.open(Path.of("models", "atelier-tiny")).scheduler())
        .isEqualTo(new SchedulerConfig(1000, 3.0, true, 1.5, 1.5, 256, 4096, true));
  }

  @Test
  void saysWhichFileIsMissing(@TempDir Path copy) throws IOException {
    assertThatThrownBy(() -> Checkpoint.open(copy.resolve("x")))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("is not a folder");
    TokenizersTest.copyTree(DEV, copy);
    Files.delete(copy.resolve("vae/config.json"));
    assertThatThrownBy(() -> Checkpoint.open(copy))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining(copy.resolve("vae/config.json") + " is missing");
  }

  @Test
  void hashesTheFilesAsSha256sumDoes() {
    // sha256sum of all files it reads, sorted by name with LC_ALL=C, through sha256sum again.
    assertThat(Checkpoint.open(DEV).hash())
        .isEqualTo("8823ea002a1aa6b52267892ccc3597e1bab2b90ecbf3f3ee51682a72d015b779");
  }

  @Test
  void changesItsHashWithEveryFileItReadsAndNoOther(@TempDir Path copy) throws IOException {
    TokenizersTest.copyTree(DEV, copy);
    Checkpoint checkpoint = Checkpoint.open(copy);
    String before = checkpoint.hash();
    assertThat(before).isEqualTo(Checkpoint.open(DEV).hash());
    Files.writeString(copy.resolve("README.md"), "changed");
    Files.writeString(copy.resolve("tokenizer_2/spiece.model"), "changed");
    assertThat(checkpoint.hash()).isEqualTo(before);
    Path vocab = copy.resolve("tokenizer/vocab.json");
    Files.writeString(vocab, Files.readString(vocab) + " ");
    assertThat(checkpoint.hash()).isNotEqualTo(before);
  }

  @Test
  void readsAFileAgainWhenItsTimeChanges(@TempDir Path copy) throws IOException {
    TokenizersTest.copyTree(DEV, copy);
    Path merges = copy.resolve("tokenizer/merges.txt");
    Checkpoint checkpoint = Checkpoint.open(copy);
    String before = checkpoint.hash();
    byte[] bytes = Files.readAllBytes(merges);
    bytes[bytes.length - 2] ^= 1;
    Files.write(merges, bytes);
    Files.setLastModifiedTime(merges, FileTime.fromMillis(1_000_000));
    assertThat(checkpoint.hash()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource(Component.class)
  void inspectsEveryComponent(Component component) {
    Inspect.Report report = Inspect.report(Checkpoint.open(DEV));
    assertThat(report.hash()).hasSize(64);
    Inspect.ComponentReport found =
        report.components().stream().filter(c -> c.component() == component).findFirst().get();
    assertThat(found.problem()).isNull();
    assertThat(found.files())
        .isNotEmpty()
        .allMatch(file -> file.name().startsWith(component.folder() + "/"));
    if (component == Component.TEXT_ENCODER) {
      assertThat(found.parametersByType()).isEqualTo(Map.of(Dtype.F32, found.parameters()));
      assertThat(found.files())
          .contains(
              new Inspect.FileReport(
                  "text_encoder/model.safetensors",
                  155024,
                  "5af57feeee7c4fec640c7ca5240e1d714af3ce6553c9c44c49f47c251d49ff2e"));
    }
    if (component == Component.VAE) {
      // 1458764 bytes of float32, as the index says.
      assertThat(found.parameters()).isEqualTo(1458764 / 4);
    }
  }

  @Test
  void inspectionSaysWhatDoesNotFit(@TempDir Path copy) throws IOException {
    TokenizersTest.copyTree(DEV, copy);
    Path config = copy.resolve("transformer/config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"num_layers\": 2", "\"num_layers\": 1"));
    Inspect.Report report = Inspect.report(Checkpoint.open(copy));
    assertThat(report.components().get(Component.TRANSFORMER.ordinal()).problem())
        .contains("unexpected (transformer_blocks.1.");
  }
}
