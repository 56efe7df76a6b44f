package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TransformerInput;
import io.atelier.nn.Precision;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterTest {
  private static final String TO_Q = "transformer.transformer_blocks.0.attn.to_q";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "flux-dev,peft_plain",
    "flux-dev,peft_alpha",
    "flux-dev,peft_metadata",
    "flux-dev,kohya_fused",
    "flux-dev,kohya_blockdiag",
    "flux-dev,xlabs",
    "flux-dev,bfl_dotted",
    "flux-schnell,peft_plain",
    "flux-schnell,peft_alpha",
    "flux-schnell,peft_metadata",
    "flux-schnell,kohya_fused",
    "flux-schnell,kohya_blockdiag",
    "flux-schnell,xlabs",
    "flux-schnell,bfl_dotted"
  })
  void changesTheVelocityAsInDiffusers(String model, String name) {
    try (PointerScope scope = new PointerScope();
        FluxTransformer transformer = Golden.transformer(model);
        SafetensorsFile file = Golden.testCase(model, "adapter_" + name);
        Adapter adapter = Adapter.read(Golden.adapter(model, name))) {
      Merge.apply(transformer.linears(), List.of(new Merge.Weighted(adapter, 1)));
      Tensor velocity = velocity(transformer, file);
      assertThat(Golden.relativeError(velocity, file.tensor("out.sample"))).isLessThan(2e-5);
      Merge.restore(transformer.linears());
      Tensor plain = velocity(transformer, file);
      assertThat(Golden.relativeError(plain, file.tensor("out.sample"))).isGreaterThan(1e-3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "missing_partner,transformer.transformer_blocks.0.attn.to_q.lora_B.weight",
    "not_finite,transformer.transformer_blocks.0.attn.to_q.lora_",
    "rank_mismatch,transformer.transformer_blocks.0.attn.to_q.lora_A.weight",
    "unknown_module,no_such_block",
    "wrong_shape,transformer_blocks.0.attn.to_q",
    "truncated,truncated.safetensors",
    "huge_header,huge_header.safetensors",
    "not_safetensors,not_safetensors.safetensors"
  })
  void refusesBrokenFilesByName(String name, String named) {
    try (FluxTransformer transformer = Golden.transformer("flux-dev")) {
      assertThatThrownBy(
              () -> {
                try (Adapter adapter = Adapter.read(Golden.adapter("flux-dev", "refuse/" + name))) {
                  adapter.requireFits(transformer.linears());
                }
              })
          .isInstanceOf(AtelierException.class)
          .hasMessageContaining(named);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "transformer.x.lora_C.weight",
        "x_embedder.lora_A.weight",
        "extra",
        "transformer.x.alpha"
      })
  void refusesAKeyThatItCannotUse(String key) {
    assertRefused(Map.of(), key, key);
  }

  @Test
  void refusesAScaleThatIsGivenTwice() {
    assertRefused(metadata(2, 4), TO_Q + ".alpha", "both give a scale");
  }

  @Test
  void refusesAnAlphaOfIntegers() {
    try (PointerScope scope = new PointerScope()) {
      SortedMap<String, Tensor> tensors = pair();
      tensors.put(TO_Q + ".alpha", Torch.tensor(new long[] {2}));
      Path file = folder.resolve("a.safetensors");
      SafetensorsWriter.write(file, tensors, Map.of());
      assertThatThrownBy(() -> Adapter.read(file)).hasMessageContaining("I64");
    }
  }

  @Test
  void refusesMetadataThatContradictsTheTensors() {
    assertRefused(metadata(3, 6), null, "rank 3");
  }

  @Test
  void takesRanksAndAlphasByModule() {
    try (PointerScope scope = new PointerScope()) {
      Path file = folder.resolve("a.safetensors");
      String json =
          "{\"transformer.r\":8,\"transformer.lora_alpha\":8,"
              + "\"transformer.rank_pattern\":{\"attn.to_q\":2},"
              + "\"transformer.alpha_pattern\":{\"^transformer_blocks.0.attn.to_q\":6}}";
      SafetensorsWriter.write(file, pair(), Map.of("lora_adapter_metadata", json));
      try (Adapter adapter = Adapter.read(file)) {
        assertThat(Torch.floats(adapter.pair("transformer_blocks.0.attn.to_q").b()))
            .containsExactly(6, 9, 12, 15);
      }
    }
  }

  @Test
  void writesWhatItReadsBackBitForBit() {
    Path file = folder.resolve("written.safetensors");
    try (Adapter adapter = Adapter.read(Golden.adapter("flux-dev", "peft_metadata"))) {
      adapter.write(file, Precision.FLOAT32, Map.of("ss_tag", "x", "atelier.adapter_id", "7"));
      try (Adapter again = Adapter.read(file)) {
        assertThat(again.modules()).containsExactlyElementsOf(adapter.modules());
        for (String module : adapter.modules()) {
          assertThat(again.pair(module).a().equal(adapter.pair(module).a())).isTrue();
          assertThat(again.pair(module).b().equal(adapter.pair(module).b())).isTrue();
        }
        assertThat(again.metadata())
            .containsOnly(
                Map.entry("ss_tag", "x"),
                Map.entry("atelier.adapter_id", "7"),
                Map.entry("ss_network_dim", "3"),
                Map.entry("ss_network_alpha", "3"));
        assertThat(again.parameters()).isEqualTo(adapter.parameters()).isPositive();
      }
    }
  }

  @Test
  void writesTheKeysAndMetadataThatDiffusersExpects() throws Exception {
    Path file = folder.resolve("written.safetensors");
    try (Adapter adapter = Adapter.read(Golden.adapter("flux-dev", "peft_alpha"))) {
      adapter.write(file, Precision.BFLOAT16, Map.of());
    }
    try (PointerScope scope = new PointerScope();
        SafetensorsFile written = SafetensorsFile.open(file);
        SafetensorsFile plain = SafetensorsFile.open(Golden.adapter("flux-dev", "peft_plain"))) {
      assertThat(written.names()).isEqualTo(plain.names());
      assertThat(written.tensor(TO_Q + ".lora_A.weight").scalar_type().intern())
          .isEqualTo(ScalarType.BFloat16);
      assertThat(written.metadata()).containsEntry("format", "pt");
      JsonNode json = new ObjectMapper().readTree(written.metadata().get("lora_adapter_metadata"));
      assertThat(json.get("transformer.r").asInt()).isEqualTo(3);
      assertThat(json.get("transformer.lora_alpha").asInt()).isEqualTo(3);
      assertThat(json.get("transformer.target_modules")).hasSize(10);
    }
  }

  private static Tensor velocity(FluxTransformer model, SafetensorsFile file) {
    return model.forward(
        new TransformerInput(
            file.tensor("in.hidden_states"),
            file.tensor("in.encoder_hidden_states"),
            file.tensor("in.pooled_projections"),
            file.tensor("in.timestep"),
            model.config().guidanceEmbeds() ? file.tensor("in.guidance") : null,
            file.tensor("in.img_ids"),
            file.tensor("in.txt_ids")));
  }

  private void assertRefused(Map<String, String> metadata, String key, String named) {
    try (PointerScope scope = new PointerScope()) {
      SortedMap<String, Tensor> tensors = pair();
      if (key != null) {
        tensors.put(key, Torch.scalar(1));
      }
      Path file = folder.resolve("refused.safetensors");
      SafetensorsWriter.write(file, tensors, metadata);
      assertThatThrownBy(() -> Adapter.read(file))
          .isInstanceOf(AtelierException.class)
          .hasMessageContaining("refused.safetensors")
          .hasMessageContaining(named);
    }
  }

  private static Map<String, String> metadata(int rank, int alpha) {
    String json = "{\"transformer.r\":" + rank + ",\"transformer.lora_alpha\":" + alpha + "}";
    return Map.of("lora_adapter_metadata", json);
  }

  /** Rank 2 from 1 to 2 values. */
  private static SortedMap<String, Tensor> pair() {
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    tensors.put(TO_Q + ".lora_A.weight", Torch.tensor(new float[] {1, 2}, 2, 1));
    tensors.put(TO_Q + ".lora_B.weight", Torch.tensor(new float[] {2, 3, 4, 5}, 2, 2));
    return tensors;
  }
}
