package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.lora.format.AdapterFormat;
import io.atelier.nn.Dtype;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterWriterTest {
  private static final String QKV = "lora_unet_double_blocks_0_img_attn_qkv";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "peft_alpha",
    "peft_metadata",
    "kohya_fused",
    "kohya_blockdiag",
    "xlabs",
    "bfl_dotted"
  })
  void kohyaReadsBackWithTheSameProducts(String name) {
    Path file = folder.resolve("kohya.safetensors");
    try (PointerScope scope = new PointerScope();
        Adapter before = Adapter.read(Golden.adapter("flux-dev", name))) {
      kohya(before, file, Map.of());
      try (AdapterFile found = AdapterFile.read(file)) {
        assertThat(found.format()).isEqualTo(AdapterFormat.SD_SCRIPTS);
        assertThat(found.adapter().modules()).isEqualTo(before.modules());
        for (String module : before.modules()) {
          assertThat(product(found.adapter(), module).equal(product(before, module)))
              .as(module)
              .isTrue();
        }
      }
    }
  }

  /** The recorded file is what the published conversion makes of the same layers. */
  @Test
  void kohyaGivesBackARecordedFileTensorByTensor() {
    Path original = Golden.adapter("flux-dev", "kohya_blockdiag");
    Path file = folder.resolve("kohya.safetensors");
    try (PointerScope scope = new PointerScope();
        Adapter adapter = Adapter.read(original)) {
      kohya(adapter, file, Map.of());
      try (SafetensorsFile recorded = SafetensorsFile.open(original);
          SafetensorsFile written = SafetensorsFile.open(file)) {
        assertThat(written.names()).isEqualTo(recorded.names());
        for (String name : recorded.names()) {
          assertThat(written.info(name).shape()).as(name).isEqualTo(recorded.info(name).shape());
          if (name.endsWith("lora_down.weight")) {
            assertThat(written.tensor(name).equal(recorded.tensor(name))).as(name).isTrue();
          }
        }
      }
    }
  }

  @Test
  void kohyaFillsUntrainedMembersAndSmallerRanksWithZeros() {
    Path file = folder.resolve("kohya.safetensors");
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      pairs.put("transformer_blocks.0.attn.to_q", pair(2, 4, 4));
      pairs.put("transformer_blocks.0.attn.to_v", pair(1, 4, 4));
    }
    try (PointerScope scope = new PointerScope();
        Adapter adapter = new Adapter(pairs, Map.of())) {
      assertThat(kohya(adapter, file, Map.of("ss_output_name", "x"))).isEmpty();
      try (SafetensorsFile written = SafetensorsFile.open(file)) {
        Tensor a = written.tensor(QKV + ".lora_down.weight");
        assertThat(Torch.shape(a)).containsExactly(6, 4);
        assertThat(Torch.floats(a.sum(1))).containsExactly(4, 4, 0, 0, 4, 0);
        assertThat(Torch.floats(written.tensor(QKV + ".lora_up.weight").sum(1)))
            .containsExactly(2, 2, 2, 2, 0, 0, 0, 0, 1, 1, 1, 1);
        assertThat(Torch.floats(written.tensor(QKV + ".alpha"))).containsExactly(6);
        assertThat(written.metadata())
            .containsOnly(
                Map.entry("format", "pt"),
                Map.entry("ss_network_module", "networks.lora_flux"),
                Map.entry("ss_network_dim", "2"),
                Map.entry("ss_network_alpha", "2"),
                Map.entry("ss_output_name", "x"));
      }
    }
  }

  @Test
  void kohyaSwapsTheHalvesOfTheFinalModulationAndWarnsThatDiffusersDropsIt() {
    Path file = folder.resolve("kohya.safetensors");
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      Tensor b = Torch.tensor(new float[] {1, 2, 3, 4}, 4, 1);
      pairs.put("norm_out.linear", new Adapter.Pair(Torch.keep(torch.ones(1, 2)), Torch.keep(b)));
    }
    try (PointerScope scope = new PointerScope();
        Adapter adapter = new Adapter(pairs, Map.of())) {
      assertThat(kohya(adapter, file, Map.of()))
          .singleElement()
          .asString()
          .contains("lora_unet_final_layer_adaLN_modulation_1", "diffusers");
      try (SafetensorsFile written = SafetensorsFile.open(file);
          Adapter again = Adapter.read(file)) {
        String up = "lora_unet_final_layer_adaLN_modulation_1.lora_up.weight";
        assertThat(Torch.floats(written.tensor(up))).containsExactly(3, 4, 1, 2);
        assertThat(Torch.floats(again.pair("norm_out.linear").b())).containsExactly(1, 2, 3, 4);
      }
    }
  }

  @Test
  void refusesToJoinModulesOfDifferentWidth() {
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      pairs.put("transformer_blocks.0.attn.to_q", pair(2, 4, 4));
      pairs.put("transformer_blocks.0.attn.to_k", pair(2, 4, 5));
    }
    try (Adapter adapter = new Adapter(pairs, Map.of())) {
      assertThatThrownBy(() -> kohya(adapter, folder.resolve("x.safetensors"), Map.of()))
          .hasMessageContaining("double_blocks.0.img_attn.qkv")
          .hasMessageContaining("5");
    }
  }

  @Test
  void refusesValuesThatFloat16DoesNotHold() {
    Path file = folder.resolve("half.safetensors");
    SortedMap<String, Adapter.Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      Tensor b = Torch.tensor(new float[] {70000}, 1, 1);
      pairs.put("proj_out", new Adapter.Pair(Torch.keep(torch.ones(1, 1)), Torch.keep(b)));
    }
    try (Adapter adapter = new Adapter(pairs, Map.of())) {
      AdapterWriter.write(adapter, file, AdapterFormat.DIFFUSERS, Dtype.BF16, Map.of());
      assertThatThrownBy(
              () ->
                  AdapterWriter.write(adapter, file, AdapterFormat.DIFFUSERS, Dtype.F16, Map.of()))
          .hasMessageContaining("transformer.proj_out.lora_B.weight")
          .hasMessageContaining("F16");
    }
  }

  private static List<String> kohya(Adapter adapter, Path file, Map<String, String> metadata) {
    return AdapterWriter.write(adapter, file, AdapterFormat.SD_SCRIPTS, Dtype.F32, metadata);
  }

  private static Adapter.Pair pair(int rank, int in, int out) {
    return new Adapter.Pair(Torch.keep(torch.ones(rank, in)), Torch.keep(torch.ones(out, rank)));
  }

  private static Tensor product(Adapter adapter, String module) {
    return adapter.pair(module).b().matmul(adapter.pair(module).a());
  }
}
