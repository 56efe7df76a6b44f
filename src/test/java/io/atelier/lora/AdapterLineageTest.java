package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.nn.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterLineageTest {
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
          new AdapterLineage.Contract(
              "ohwx woman", List.of("corporate", "holiday"), "contract 2026-17"));

  @TempDir Path folder;

  @Test
  void comesBackFromAFile() {
    Path file = folder.resolve("a.safetensors");
    try (Adapter adapter = Adapter.read(Golden.adapter("flux-dev", "peft_plain"))) {
      adapter.write(file, Precision.FLOAT32, LINEAGE.toMetadata());
    }
    try (Adapter adapter = Adapter.read(file)) {
      assertThat(AdapterLineage.of(adapter.metadata())).contains(LINEAGE);
    }
  }

  @Test
  void changesNothingButIdAndContractUnderAnotherContract() {
    AdapterLineage.Contract none = new AdapterLineage.Contract("ohwx woman", List.of(), null);
    Map<String, String> header = AdapterLineage.under(LINEAGE.toMetadata(), "4712", none);
    AdapterLineage lineage = AdapterLineage.of(header).orElseThrow();
    assertThat(lineage.adapterId()).isEqualTo("4712");
    assertThat(lineage.contract()).isEqualTo(none);
    assertThat(AdapterLineage.under(header, "4711", LINEAGE.contract()))
        .isEqualTo(LINEAGE.toMetadata());
  }

  @Test
  void allowsThePacksThatItNamesByNameOrByContent() {
    assertThat(contract("holiday", "corporate").allowedPacks())
        .containsExactly("corporate", "holiday");
    assertThat(contract("corporate").allows("corporate@1f0c9a72b3de")).isTrue();
    assertThat(contract("corporate").allows("corporate-2@1f0c9a72b3de")).isFalse();
    assertThat(contract("corporate@1f0c9a72b3de").allows("corporate@1f0c9a72b3de")).isTrue();
    assertThat(contract("corporate@1f0c9a72b3de").allows("corporate@000c9a72b3de")).isFalse();
    assertThat(contract("*").allows("corporate@1f0c9a72b3de")).isTrue();
    assertThat(contract("*").limited()).isFalse();
    assertThat(contract().allows("corporate@1f0c9a72b3de")).isFalse();
    assertThat(contract().limited()).isTrue();
  }

  private static AdapterLineage.Contract contract(String... packs) {
    return new AdapterLineage.Contract("ohwx woman", List.of(packs), null);
  }

  @Test
  void hasTheEntriesThatOtherToolsShow() {
    assertThat(LINEAGE.toMetadata())
        .containsEntry("ss_output_name", "ohwx")
        .containsEntry("ss_base_model_version", "flux1")
        .containsEntry("modelspec.architecture", "flux-1-dev/lora")
        .containsEntry("modelspec.title", "ohwx woman")
        .containsEntry("modelspec.trigger_phrase", "ohwx")
        .containsEntry("atelier.allowed_packs", "corporate,holiday")
        .containsEntry("atelier.consent", "contract 2026-17");
  }

  @Test
  void isAbsentFromTheFilesOfOthersAndToleratesMissingEntries() {
    assertThat(AdapterLineage.of(Map.of("ss_output_name", "x"))).isEmpty();
    AdapterLineage lineage = AdapterLineage.of(Map.of("atelier.adapter_id", "1")).orElseThrow();
    assertThat(lineage.contract().allowedPacks()).containsExactly("*");
    assertThat(lineage.contract().consent()).isNull();
    assertThat(lineage.toMetadata()).doesNotContainKeys("atelier.consent", "atelier.config");
  }

  @Test
  void remembersWhatWasDoneAfterwards() {
    Map<String, String> once = AdapterLineage.withHistory(LINEAGE.toMetadata(), "resized");
    Map<String, String> twice = AdapterLineage.withHistory(once, "converted");
    assertThat(AdapterLineage.history(twice)).containsExactly("resized", "converted");
    assertThat(AdapterLineage.history(LINEAGE.toMetadata())).isEmpty();
    assertThat(AdapterLineage.of(twice)).contains(LINEAGE);
  }
}
