package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.verify.CaseKind;
import io.atelier.flux.verify.CaseResult;
import io.atelier.flux.verify.Verification;
import io.atelier.nn.Compute;
import io.atelier.nn.Torch;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoraKindsTest {

  @ParameterizedTest
  @CsvSource({
    "flux-dev,lora_step,1e-5",
    "flux-dev,lora_adamw,1e-5",
    "flux-dev,lora_forward,2e-5",
    "flux-schnell,lora_step,1e-5",
    "flux-schnell,lora_adamw,1e-5",
    "flux-schnell,lora_forward,2e-5"
  })
  void agreesWithPeftAndTorch(String model, String kind, double tolerance) {
    List<CaseResult> results = run(model, kind);
    assertThat(results).hasSize(1).allSatisfy(r -> assertThat(r.detail()).isEmpty());
    assertThat(results.get(0).relativeError()).isPositive().isLessThanOrEqualTo(tolerance);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flux-dev", "flux-schnell"})
  void mergesTheFilesOfAllToolsAsDiffusersDoes(String model) {
    List<CaseResult> results = run(model, "adapter");
    assertThat(results)
        .extracting(CaseResult::file)
        .containsExactlyInAnyOrder(
            "adapter_peft_plain.safetensors",
            "adapter_peft_alpha.safetensors",
            "adapter_peft_metadata.safetensors",
            "adapter_kohya_fused.safetensors",
            "adapter_kohya_blockdiag.safetensors",
            "adapter_xlabs.safetensors",
            "adapter_bfl_dotted.safetensors");
    assertThat(results)
        .allSatisfy(r -> assertThat(r.detail()).isEmpty())
        .allSatisfy(r -> assertThat(r.relativeError()).isBetween(1e-12, 2e-5));
  }

  @Test
  void aKindPassesWithinItsOwnBound() {
    assertThat(LoraKinds.all())
        .extracting(CaseKind::name, CaseKind::tolerance)
        .containsExactlyInAnyOrder(
            tuple("adapter", 2e-5),
            tuple("lora_forward", 2e-5),
            tuple("lora_step", 1e-5),
            tuple("lora_adamw", 1e-5));
  }

  @ParameterizedTest
  @CsvSource({"flux-dev,lora_step", "flux-dev,lora_adamw", "flux-dev,lora_forward"})
  void failsWhereTheNumbersAreNotExact(String model, String kind) {
    assertThat(run(model, kind, OptionalDouble.of(1e-12)).get(0).pass()).isFalse();
  }

  private static List<CaseResult> run(String model, String kind) {
    return run(model, kind, OptionalDouble.empty());
  }

  private static List<CaseResult> run(String model, String kind, OptionalDouble tolerance) {
    Torch.threads(1);
    Checkpoint checkpoint = Checkpoint.open(Golden.ROOT.resolve(model).resolve("checkpoint"));
    return new Verification(checkpoint, Compute.CPU_FLOAT32, tolerance, LoraKinds.all())
        .run(Golden.ROOT.resolve(model).resolve("cases"), Set.of(kind));
  }
}
