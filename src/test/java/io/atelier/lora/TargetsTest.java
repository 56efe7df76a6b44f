package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.atelier.error.AtelierException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {

  @ParameterizedTest
  @CsvSource({"attention,190", "attention+text,266", "diffusers,342", "all-blocks,494"})
  void countsTheLayersOfFullSizeFlux(String name, int count) throws IOException {
    List<String> linears = fullSizeLinears();
    assertThat(linears).hasSize(504);
    assertThat(Targets.parse(name).select(linears)).hasSize(count).isSorted();
  }

  @Test
  void leavesTheLayersOutsideTheBlocksAlone() throws IOException {
    assertThat(Targets.ALL_BLOCKS.select(fullSizeLinears()))
        .allMatch(name -> name.contains("transformer_blocks."))
        .contains("single_transformer_blocks.37.proj_out", "transformer_blocks.18.norm1.linear")
        .doesNotContain("proj_out", "x_embedder");
  }

  @Test
  void refusesAnUnknownSetWithTheKnownOnes() {
    assertThatThrownBy(() -> Targets.parse("all"))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("'all'")
        .hasMessageContaining("all-blocks");
  }

  private static List<String> fullSizeLinears() throws IOException {
    JsonNode root =
        new ObjectMapper().readTree(Golden.ROOT.resolve("full_size_tensors.json").toFile());
    List<String> linears = new ArrayList<>();
    root.get("flux1-dev/transformer")
        .fields()
        .forEachRemaining(
            field -> {
              if (field.getValue().size() == 2) {
                linears.add(field.getKey().replaceFirst("\\.weight$", ""));
              }
            });
    return linears;
  }
}
