package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.lora.format.AdapterFormat;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of other tools, beyond the recorded ones. */
class AdapterFormatsTest {
  private static final String QKV = "lora_unet_double_blocks_0_img_attn_qkv";
  private static final String LINEAR1 = "lora_unet_single_blocks_1_linear1";
  private static final String ATTENTION = "transformer_blocks.0.attn.";

  @TempDir Path folder;

  @Test
  void aFullBGivesEveryMemberAllOfAEvenIfTheRankDividesByThree() {
    try (PointerScope scope = new PointerScope()) {
      Tensor a = Torch.tensor(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
      Tensor b = torch.ones(6, 3);
      try (Adapter adapter = read(QKV, a, b, Map.of())) {
        assertThat(adapter.modules())
            .containsExactly(ATTENTION + "to_k", ATTENTION + "to_q", ATTENTION + "to_v");
        assertThat(adapter.pair(ATTENTION + "to_k").rank()).isEqualTo(3);
        assertThat(adapter.pair(ATTENTION + "to_k").a().equal(a)).isTrue();
        assertThat(adapter.pair(ATTENTION + "to_v").out()).isEqualTo(2);
      }
    }
  }

  @Test
  void aBlockDiagonalBGivesEveryMemberItsRowsOfA() {
    try (PointerScope scope = new PointerScope()) {
      Tensor a = Torch.tensor(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
      Tensor b = blockDiagonal();
      try (Adapter adapter = read(QKV, a, b, Map.of())) {
        Adapter.Pair v = adapter.pair(ATTENTION + "to_v");
        assertThat(Torch.floats(v.a())).containsExactly(5, 6);
        assertThat(Torch.floats(v.b())).containsExactly(11, 12);
        assertThat(Torch.floats(adapter.pair(ATTENTION + "to_q").b())).containsExactly(7, 8);
      }
    }
  }

  @Test
  void aMemberThatWasNotTrainedIsLeftOut() {
    try (PointerScope scope = new PointerScope()) {
      Tensor a = Torch.tensor(new float[] {1, 2, 0, 0, 5, 6}, 3, 2);
      Tensor b = Torch.tensor(new float[18], 6, 3);
      try (Adapter adapter = read(QKV, a, b, Map.of())) {
        assertThat(adapter.modules()).containsExactly(ATTENTION + "to_q", ATTENTION + "to_v");
      }
    }
  }

  @Test
  void theMlpOfASingleBlockTakesFourSharesOfTheRows() {
    try (PointerScope scope = new PointerScope()) {
      try (Adapter adapter = read(LINEAR1, torch.ones(1, 2), torch.ones(14, 1), Map.of())) {
        assertThat(adapter.pair("single_transformer_blocks.1.proj_mlp").out()).isEqualTo(8);
        assertThat(adapter.pair("single_transformer_blocks.1.attn.to_k").out()).isEqualTo(2);
      }
      assertThatThrownBy(() -> read(LINEAR1, torch.ones(1, 2), torch.ones(13, 1), Map.of()))
          .hasMessageContaining(LINEAR1 + ".lora_up.weight")
          .hasMessageContaining("13 rows")
          .hasMessageContaining("7 equal parts");
    }
  }

  @Test
  void theFinalModulationSwapsTheHalvesOfBOnly() {
    try (PointerScope scope = new PointerScope()) {
      Tensor a = Torch.tensor(new float[] {1, 2, 3, 4}, 2, 2);
      Tensor b = Torch.tensor(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2);
      try (Adapter adapter = read("lora_unet_final_layer_adaLN_modulation_1", a, b, Map.of())) {
        assertThat(adapter.pair("norm_out.linear").a().equal(a)).isTrue();
        assertThat(Torch.floats(adapter.pair("norm_out.linear").b()))
            .containsExactly(5, 6, 7, 8, 1, 2, 3, 4);
      }
    }
  }

  @Test
  void warnsOfAnAlphaThatMirroredFilesStoreUndivided() {
    Map<String, String> split = Map.of("ss_network_args", "{\"split_qkv\": \"True\"}");
    try (PointerScope scope = new PointerScope()) {
      Tensor a = torch.ones(3, 2);
      assertThat(warnings(a, blockDiagonal(), 1, split))
          .contains(QKV + ".alpha", "1.0", "3 rows", "split_qkv", "1/3");
      assertThat(warnings(a, blockDiagonal(), 3, split)).isEmpty();
      assertThat(warnings(a, blockDiagonal(), 1, Map.of())).isEmpty();
      assertThat(warnings(a, torch.ones(6, 3), 1, split)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "peft_alpha,transformer.,,UNPREFIXED",
    "peft_alpha,transformer.,base_model.model.,PEFT",
    "bfl_dotted,diffusion_model.,,BFL",
    "bfl_dotted,diffusion_model.,base_model.model.,PEFT"
  })
  void readsTheSameLayersUnderOtherPrefixes(
      String name, String prefix, String other, AdapterFormat format) {
    String replacement = other == null ? "" : other;
    assertSame(name, key -> replacement + key.substring(prefix.length()), format);
  }

  @Test
  void readsPeftEndingsBehindBflNames() {
    assertSame(
        "bfl_dotted",
        key -> key.replace("lora_down", "lora_A").replace("lora_up", "lora_B"),
        AdapterFormat.COMFY);
  }

  @Test
  void readsTheUnderscoredNamesOfOneTrainer() {
    assertSame(
        "peft_alpha",
        key -> {
          int ending = key.contains(".lora_") ? key.indexOf(".lora_") : key.indexOf(".alpha");
          String module = key.substring("transformer.".length(), ending).replace('.', '_');
          String rest = key.substring(ending).replace("lora_A", "lora_down");
          return "lora_transformer_" + module + rest.replace("lora_B", "lora_up");
        },
        AdapterFormat.ONE_TRAINER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "transformer.transformer_blocks.0.attn.to_q.lora_magnitude_vector",
        "lora_unet_double_blocks_0_img_attn_qkv.dora_scale",
        "transformer.transformer_blocks.0.attn.to_q.lokr_w1",
        "lycoris_transformer_blocks_0_attn_to_q.lora_down.weight",
        "transformer.transformer_blocks.0.attn.norm_q.query_norm.scale",
        "text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_A.weight",
        "lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight",
        "lora_unet_double_blocks_0_img_attn_qkv.lora_mid.weight",
        "lora_unet_down_blocks_0_attentions_0.lora_down.weight",
        "transformer.transformer_blocks.0.attn.to_w.lora_A.weight",
        "diffusion_model.double_blocks.0.img_attn.qkv.diff"
      })
  void namesTheKeyThatItDoesNotRead(String key) {
    assertThatThrownBy(() -> AdapterFile.read(file(Map.of(key, torch.ones(1, 1)), Map.of())))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("'" + key + "'");
  }

  @Test
  void readsTheProcessorsOfSingleBlocksOfXlabs() {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors =
          Map.of(
              "single_blocks.1.processor.qkv_lora.down.weight", torch.ones(1, 2),
              "single_blocks.1.processor.qkv_lora.up.weight", torch.ones(6, 1),
              "single_blocks.1.processor.proj_lora.down.weight", torch.ones(1, 10),
              "single_blocks.1.processor.proj_lora.up.weight", torch.ones(2, 1));
      try (AdapterFile found = AdapterFile.read(file(tensors, Map.of()))) {
        assertThat(found.format()).isEqualTo(AdapterFormat.XLABS);
        assertThat(found.adapter().modules())
            .containsExactly(
                "single_transformer_blocks.1.attn.to_k",
                "single_transformer_blocks.1.attn.to_q",
                "single_transformer_blocks.1.attn.to_v",
                "single_transformer_blocks.1.proj_out");
      }
    }
  }

  @Test
  void readingAndRefusingLeaveNoMemoryBehind() {
    long pointers = -1;
    for (int i = 0; i < 20; i++) {
      for (String name : List.of("kohya_fused", "kohya_blockdiag", "peft_alpha")) {
        Adapter.read(Golden.adapter("flux-dev", name)).close();
      }
      assertThatThrownBy(() -> Adapter.read(Golden.adapter("flux-dev", "refuse/not_finite")))
          .hasMessageContaining("not finite");
      if (i == 1) {
        pointers = Pointer.totalCount();
      }
    }
    assertThat(Pointer.totalCount()).isEqualTo(pointers);
  }

  @Test
  void refusesTwoFormatsInOneFile() {
    try (PointerScope scope = new PointerScope()) {
      Tensor one = torch.ones(1, 1);
      Map<String, Tensor> tensors =
          Map.of(
              QKV + ".lora_down.weight",
              one,
              "transformer.proj_out.lora_A.weight",
              torch.ones(1, 1));
      assertThatThrownBy(() -> AdapterFile.read(file(tensors, Map.of())))
          .hasMessageContaining("transformer.proj_out.lora_A.weight")
          .hasMessageContaining("sd-scripts");
    }
  }

  @Test
  void refusesPeftMetadataBesideKeysOfAnotherTool() {
    Map<String, String> metadata = Map.of("lora_adapter_metadata", "{\"transformer.r\":1}");
    try (PointerScope scope = new PointerScope()) {
      assertThatThrownBy(() -> read(QKV, torch.ones(1, 1), torch.ones(3, 1), metadata))
          .hasMessageContaining("lora_adapter_metadata");
    }
  }

  private void assertSame(String name, UnaryOperator<String> key, AdapterFormat format) {
    Path original = Golden.adapter("flux-dev", name);
    try (PointerScope scope = new PointerScope();
        SafetensorsFile file = SafetensorsFile.open(original)) {
      SortedMap<String, Tensor> tensors = new TreeMap<>();
      file.names().forEach(from -> tensors.put(key.apply(from), file.tensor(from)));
      try (Adapter expected = Adapter.read(original);
          AdapterFile found = AdapterFile.read(file(tensors, Map.of()))) {
        assertThat(found.format()).isEqualTo(format);
        assertThat(found.adapter().modules()).isEqualTo(expected.modules());
        for (String module : expected.modules()) {
          Adapter.Pair pair = found.adapter().pair(module);
          assertThat(pair.a().equal(expected.pair(module).a())).isTrue();
          assertThat(pair.b().equal(expected.pair(module).b())).isTrue();
        }
      }
    }
  }

  private String warnings(Tensor a, Tensor b, float alpha, Map<String, String> metadata) {
    Map<String, Tensor> tensors =
        Map.of(
            QKV + ".lora_down.weight",
            a,
            QKV + ".lora_up.weight",
            b,
            QKV + ".alpha",
            Torch.scalar(alpha));
    try (AdapterFile found = AdapterFile.read(file(tensors, metadata))) {
      assertThat(found.smallestScale()).isEqualTo(alpha / 3.0);
      return String.join("\n", found.warnings());
    }
  }

  private Adapter read(String layer, Tensor a, Tensor b, Map<String, String> metadata) {
    return Adapter.read(
        file(Map.of(layer + ".lora_down.weight", a, layer + ".lora_up.weight", b), metadata));
  }

  private Path file(Map<String, Tensor> tensors, Map<String, String> metadata) {
    Path file = folder.resolve("adapter.safetensors");
    SafetensorsWriter.write(file, new TreeMap<>(tensors), metadata);
    return file;
  }

  /** [6, 3] with the columns (7, 8), (9, 10) and (11, 12) down the diagonal. */
  private static Tensor blockDiagonal() {
    return Torch.tensor(
        new float[] {7, 0, 0, 8, 0, 0, 0, 9, 0, 0, 10, 0, 0, 0, 11, 0, 0, 12}, 6, 3);
  }
}
