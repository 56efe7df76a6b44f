package io.atelier.pretrain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.atelier.flux.ClipConfig;
import io.atelier.flux.Component;
import io.atelier.flux.SchedulerConfig;
import io.atelier.flux.T5Config;
import io.atelier.flux.TransformerConfig;
import io.atelier.flux.VaeConfig;
import io.atelier.nn.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Writes a checkpoint folder in the layout of the published FLUX.1 repositories. */
final class CheckpointFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final Path root;

  CheckpointFiles(Path root) {
    this.root = root;
  }

  /** {@code model_index.json}. */
  void index() {
    Map<String, Object> index = new TreeMap<>();
    index.put("_class_name", "FluxPipeline");
    index.put("_diffusers_version", "0.36.0");
    index.put("scheduler", List.of("diffusers", "FlowMatchEulerDiscreteScheduler"));
    index.put("text_encoder", List.of("transformers", "CLIPTextModel"));
    index.put("text_encoder_2", List.of("transformers", "T5EncoderModel"));
    index.put("tokenizer", List.of("transformers", "CLIPTokenizer"));
    index.put("tokenizer_2", List.of("transformers", "T5TokenizerFast"));
    index.put("transformer", List.of("diffusers", "FluxTransformer2DModel"));
    index.put("vae", List.of("diffusers", "AutoencoderKL"));
    write("model_index.json", index);
  }

  /** {@code scheduler/scheduler_config.json}. */
  void scheduler(SchedulerConfig sizes) {
    Map<String, Object> config = new TreeMap<>();
    config.put("_class_name", "FlowMatchEulerDiscreteScheduler");
    config.put("num_train_timesteps", sizes.numTrainTimesteps());
    config.put("shift", sizes.shift());
    config.put("use_dynamic_shifting", sizes.useDynamicShifting());
    config.put("base_shift", sizes.baseShift());
    config.put("max_shift", sizes.maxShift());
    config.put("base_image_seq_len", sizes.baseImageSeqLen());
    config.put("max_image_seq_len", sizes.maxImageSeqLen());
    config.put("stochastic_sampling", sizes.stochasticSampling());
    write("scheduler/scheduler_config.json", config);
  }

  /** {@code transformer/config.json}. */
  void transformer(TransformerConfig sizes) {
    Map<String, Object> config = new TreeMap<>();
    config.put("_class_name", "FluxTransformer2DModel");
    config.put("patch_size", 1);
    config.put("num_layers", sizes.numLayers());
    config.put("num_single_layers", sizes.numSingleLayers());
    config.put("attention_head_dim", sizes.attentionHeadDim());
    config.put("num_attention_heads", sizes.numAttentionHeads());
    config.put("in_channels", sizes.inChannels());
    config.put("joint_attention_dim", sizes.jointAttentionDim());
    config.put("pooled_projection_dim", sizes.pooledProjectionDim());
    config.put("guidance_embeds", sizes.guidanceEmbeds());
    config.put("axes_dims_rope", sizes.axesDimsRope());
    write("transformer/config.json", config);
  }

  /** {@code vae/config.json}. */
  void vae(VaeConfig sizes) {
    int levels = sizes.blockOutChannels().size();
    Map<String, Object> config = new TreeMap<>();
    config.put("_class_name", "AutoencoderKL");
    config.put("act_fn", "silu");
    config.put("block_out_channels", sizes.blockOutChannels());
    config.put("down_block_types", Collections.nCopies(levels, "DownEncoderBlock2D"));
    config.put("up_block_types", Collections.nCopies(levels, "UpDecoderBlock2D"));
    config.put("in_channels", sizes.inChannels());
    config.put("out_channels", sizes.outChannels());
    config.put("latent_channels", sizes.latentChannels());
    config.put("layers_per_block", sizes.layersPerBlock());
    config.put("norm_num_groups", sizes.normNumGroups());
    config.put("sample_size", Sizes.SIDE);
    config.put("scaling_factor", sizes.scalingFactor());
    config.put("shift_factor", sizes.shiftFactor());
    config.put("force_upcast", true);
    config.put("mid_block_add_attention", true);
    config.put("use_quant_conv", false);
    config.put("use_post_quant_conv", false);
    write("vae/config.json", config);
  }

  /** {@code text_encoder/config.json}. */
  void clip(ClipConfig sizes) {
    Map<String, Object> config = new TreeMap<>();
    config.put("architectures", List.of("CLIPTextModel"));
    config.put("model_type", "clip_text_model");
    config.put("hidden_act", "quick_gelu");
    config.put("vocab_size", sizes.vocabSize());
    config.put("hidden_size", sizes.hiddenSize());
    config.put("projection_dim", sizes.hiddenSize());
    config.put("intermediate_size", sizes.intermediateSize());
    config.put("num_hidden_layers", sizes.numHiddenLayers());
    config.put("num_attention_heads", sizes.numAttentionHeads());
    config.put("max_position_embeddings", sizes.maxPositionEmbeddings());
    config.put("layer_norm_eps", sizes.layerNormEps());
    config.put("bos_token_id", sizes.eosTokenId() - 1);
    config.put("eos_token_id", sizes.eosTokenId());
    config.put("pad_token_id", sizes.eosTokenId());
    write("text_encoder/config.json", config);
  }

  /** {@code text_encoder_2/config.json}. */
  void t5(T5Config sizes) {
    Map<String, Object> config = new TreeMap<>();
    config.put("architectures", List.of("T5EncoderModel"));
    config.put("model_type", "t5");
    config.put("vocab_size", sizes.vocabSize());
    config.put("d_model", sizes.dModel());
    config.put("d_kv", sizes.dKv());
    config.put("d_ff", sizes.dFf());
    config.put("num_layers", sizes.numLayers());
    config.put("num_heads", sizes.numHeads());
    config.put("relative_attention_num_buckets", sizes.relativeAttentionNumBuckets());
    config.put("relative_attention_max_distance", sizes.relativeAttentionMaxDistance());
    config.put("layer_norm_epsilon", sizes.layerNormEpsilon());
    config.put("feed_forward_proj", "gated-gelu");
    config.put("dense_act_fn", "gelu_new");
    config.put("is_gated_act", true);
    config.put("eos_token_id", 1);
    config.put("pad_token_id", 0);
    write("text_encoder_2/config.json", config);
  }

  /** CLIP's {@code tokenizer}. */
  void clipTokenizer(ClipVocabulary vocabulary) {
    write("tokenizer/vocab.json", vocabulary.byToken());
    text("tokenizer/merges.txt", "#version: 0.2\n" + String.join("\n", vocabulary.merges()) + "\n");
    Map<String, Object> config = new TreeMap<>();
    config.put("tokenizer_class", "CLIPTokenizer");
    config.put("bos_token", ClipVocabulary.START);
    config.put("eos_token", ClipVocabulary.END);
    config.put("pad_token", ClipVocabulary.END);
    config.put("unk_token", ClipVocabulary.END);
    config.put("model_max_length", 77);
    write("tokenizer/tokenizer_config.json", config);
  }

  /** T5's {@code tokenizer_2}. */
  void t5Tokenizer(T5Vocabulary vocabulary) {
    Map<String, Object> config = new TreeMap<>();
    config.put("tokenizer_class", "T5Tokenizer");
    config.put("eos_token", "</s>");
    config.put("pad_token", "<pad>");
    config.put("unk_token", "<unk>");
    config.put("extra_ids", 0);
    config.put("model_max_length", Sizes.MOST_T5_TOKENS);
    write("tokenizer_2/tokenizer_config.json", config);
    write("tokenizer_2/tokenizer.json", t5Json(vocabulary));
  }

  private static Map<String, Object> t5Json(T5Vocabulary vocabulary) {
    List<Object> pieces =
        vocabulary.pieces().stream().<Object>map(p -> List.of(p.text(), p.score())).toList();
    Map<String, Object> metaspace =
        Map.of("type", "Metaspace", "replacement", "▁", "prepend_scheme", "always", "split", true);
    Map<String, Object> whole = Map.of("Sequence", Map.of("id", "A", "type_id", 0));
    Map<String, Object> other = Map.of("Sequence", Map.of("id", "B", "type_id", 0));
    Map<String, Object> end = Map.of("SpecialToken", Map.of("id", "</s>", "type_id", 0));
    Map<String, Object> json = new TreeMap<>();
    json.put("version", "1.0");
    json.put("truncation", null);
    json.put("padding", null);
    json.put(
        "added_tokens",
        Arrays.asList(special(0, "<pad>"), special(1, "</s>"), special(2, "<unk>")));
    json.put(
        "normalizer",
        Map.of(
            "type",
            "Sequence",
            "normalizers",
            List.of(Map.of("type", "NFKC"), Map.of("type", "Lowercase"))));
    json.put(
        "pre_tokenizer",
        Map.of(
            "type",
            "Sequence",
            "pretokenizers",
            List.of(Map.of("type", "WhitespaceSplit"), metaspace)));
    json.put(
        "post_processor",
        Map.of(
            "type",
            "TemplateProcessing",
            "single",
            List.of(whole, end),
            "pair",
            List.of(whole, end, other, end),
            "special_tokens",
            Map.of("</s>", Map.of("id", "</s>", "ids", List.of(1), "tokens", List.of("</s>")))));
    json.put("decoder", metaspace);
    json.put(
        "model", Map.of("type", "Unigram", "unk_id", 2, "vocab", pieces, "byte_fallback", false));
    return json;
  }

  private static Map<String, Object> special(int id, String content) {
    return Map.of(
        "id",
        id,
        "content",
        content,
        "single_word",
        false,
        "lstrip",
        false,
        "rstrip",
        false,
        "normalized",
        false,
        "special",
        true);
  }

  /** The weights of a component, rounded to bfloat16. */
  void weights(Component component, SortedMap<String, Tensor> weights) {
    boolean diffusers = component == Component.TRANSFORMER || component == Component.VAE;
    String prefix = component == Component.TEXT_ENCODER ? "text_model." : "";
    String file = diffusers ? "diffusion_pytorch_model" : "model";
    try (PointerScope scope = new PointerScope()) {
      SortedMap<String, Tensor> halves = new TreeMap<>();
      weights.forEach((key, tensor) -> halves.put(prefix + key, tensor.to(ScalarType.BFloat16)));
      Path path = place(component.folder() + "/" + file + ".safetensors");
      SafetensorsWriter.write(path, halves, Map.of("format", "pt"));
    }
  }

  private void write(String name, Map<String, ?> json) {
    try {
      text(name, JSON.writeValueAsString(json) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void text(String name, String text) {
    try {
      Files.writeString(place(name), text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(root.resolve(name) + " cannot be written", e);
    }
  }

  private Path place(String name) {
    Path file = root.resolve(name);
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
    return file;
  }
}
