package io.atelier.flux.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.flux.Checkpoint;
import io.atelier.nn.Compute;
import io.atelier.nn.Torch;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final Set<String> KINDS =
      Verification.fluxKinds().stream().map(CaseKind::name).collect(Collectors.toSet());

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flux-dev", "flux-schnell"})
  void everyRecordedCaseAgreesWithDiffusers(String name) {
    List<CaseResult> results = verification(name, 2e-5).run(cases(name), KINDS);
    assertThat(results).hasSize(11).allSatisfy(r -> assertThat(r.pass()).as(r.toString()).isTrue());
    assertThat(results.stream().map(CaseResult::kind)).containsAll(KINDS);
  }

  @Test
  void theCheckpointThatComesAlongAgreesWithDiffusers() {
    Path folder = Path.of("models", "atelier-tiny");
    Verification verification =
        new Verification(
            Checkpoint.open(folder),
            Compute.CPU_FLOAT32,
            OptionalDouble.of(2e-5),
            Verification.fluxKinds());
    assertThat(verification.run(folder.resolve("cases"), KINDS))
        .hasSize(6)
        .allSatisfy(r -> assertThat(r.pass()).as(r.toString()).isTrue());
  }

  @Test
  void aCaseOfAnUnknownKindFailsUnlessOtherKindsAreAskedFor() {
    List<CaseResult> results = verification("flux-dev", 2e-5).run(cases("flux-dev"), Set.of());
    assertThat(results)
        .filteredOn(r -> r.file().equals("lora_step.safetensors"))
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.pass()).isFalse();
              assertThat(r.detail()).contains("lora_step");
            });
  }

  @Test
  void refusesToReplayAKindThatIsUnknown() {
    Verification verification = verification("flux-dev", 2e-5);
    assertThatThrownBy(() -> verification.run(cases("flux-dev"), Set.of("transfromer")))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("transfromer");
  }

  private static Verification verification(String name, double tolerance) {
    Checkpoint checkpoint = Checkpoint.open(GOLDEN.resolve(name).resolve("checkpoint"));
    return new Verification(
        checkpoint, Compute.CPU_FLOAT32, OptionalDouble.of(tolerance), Verification.fluxKinds());
  }

  private static Path cases(String name) {
    return GOLDEN.resolve(name).resolve("cases");
  }
}
