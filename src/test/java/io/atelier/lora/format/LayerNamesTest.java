package io.atelier.lora.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerNamesTest {

  @Test
  void everyLinearLayerOfTheFullSizeModelHasItsNamesInAllSchemes() throws IOException {
    Set<String> layers = new TreeSet<>();
    List<String> modules = fullSizeLinears();
    for (String module : modules) {
      Layer layer = LayerNames.holding(module);
      assertThat(layer.members()).extracting(Layer.Member::module).contains(module);
      assertThat(LayerNames.BFL.find(layer.name())).isEqualTo(layer);
      assertThat(LayerNames.BFL_UNDERSCORED.find(LayerNames.underscored(layer.name())))
          .isEqualTo(layer);
      Layer own = LayerNames.DIFFUSERS.find(module);
      assertThat(own.members()).containsExactly(new Layer.Member(module, 1));
      assertThat(LayerNames.DIFFUSERS_UNDERSCORED.find(LayerNames.underscored(module)))
          .isEqualTo(own);
      layers.add(layer.name());
    }
    assertThat(modules).hasSize(504);
    assertThat(layers).hasSize(314);
  }

  @ParameterizedTest
  @CsvSource({
    "double_blocks.18.txt_attn.qkv,transformer_blocks.18.attn.add_k_proj",
    "double_blocks.3.img_mlp.0,transformer_blocks.3.ff.net.0.proj",
    "double_blocks.3.txt_mlp.2,transformer_blocks.3.ff_context.net.2",
    "double_blocks.0.txt_mod.lin,transformer_blocks.0.norm1_context.linear",
    "single_blocks.37.linear1,single_transformer_blocks.37.proj_mlp",
    "single_blocks.37.linear2,single_transformer_blocks.37.proj_out",
    "single_blocks.0.modulation.lin,single_transformer_blocks.0.norm.linear",
    "final_layer.linear,proj_out",
    "final_layer.adaLN_modulation.1,norm_out.linear",
    "vector_in.out_layer,time_text_embed.text_embedder.linear_2"
  })
  void agreesWithThePublishedConversion(String bfl, String module) {
    assertThat(LayerNames.holding(module).name()).isEqualTo(bfl);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "double_blocks.#.img_attn.qkv",
        "double_blocks.01.img_attn.qkv",
        "double_blocks.img_attn.qkv",
        "double_blocks.0.img_attn.norm",
        "double_blocks_0_img_attn_qkv",
        "x_embedder",
        ""
      })
  void findsNoLayerByAnotherName(String name) {
    assertThat(LayerNames.BFL.find(name)).isNull();
  }

  private static List<String> fullSizeLinears() throws IOException {
    Path file = Path.of("src/test/resources/golden/full_size_tensors.json");
    JsonNode tensors = new ObjectMapper().readTree(file.toFile()).get("flux1-dev/transformer");
    List<String> linears = new ArrayList<>();
    for (Map.Entry<String, JsonNode> tensor : tensors.properties()) {
      if (tensor.getKey().endsWith(".weight") && tensor.getValue().size() == 2) {
        linears.add(tensor.getKey().substring(0, tensor.getKey().length() - ".weight".length()));
      }
    }
    return linears;
  }
}
