package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.config.Flag;
import io.atelier.config.Settings;
import io.atelier.config.SettingsLoader;
import io.atelier.lora.AdapterLineage.Contract;
import io.atelier.nn.Precision;
import io.atelier.table.AdapterRow;
import io.atelier.table.SubjectRow;
import io.atelier.worker.ModelSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContractsTest {
  private static final String STUDIO = "studio@1f0c9a72b3de";
  private static final ModelSpec MODEL =
      new ModelSpec("models/x", "f".repeat(64), Precision.FLOAT32, 64);
  private static final SubjectRow ANA = TestRows.subject("a".repeat(16), "ana", "zelvok");
  private static final SubjectRow STUDIO_ALONE = TestRows.agreeing(ANA, "paper", List.of("studio"));

  @Test
  void whoSaysNothingAllowsEveryPack() {
    assertThat(Contracts.of(ANA)).isEqualTo(new Contract("zelvok woman", List.of("*"), null));
    assertThat(refusal(ANA, adapter(ANA), STUDIO)).isNull();
  }

  @Test
  void refusesWhatTheSubjectHasNotAgreedTo() {
    AdapterRow adapter = adapter(STUDIO_ALONE);
    assertThat(refusal(STUDIO_ALONE, adapter, STUDIO)).isNull();
    assertThat(refusal(STUDIO_ALONE, adapter, "outdoors@1f0c9a72b3de"))
        .startsWith("PACK_NOT_ALLOWED: ")
        .contains("agreed to studio, and not to outdoors@1f0c9a72b3de");
    SubjectRow none = TestRows.agreeing(ANA, "paper", List.of());
    assertThat(refusal(none, adapter(none), STUDIO)).startsWith("NO_CONSENT: ");
    assertThat(Contracts.refusal(Settings.defaults(), none)).startsWith("NO_CONSENT: ");
  }

  @Test
  void refusesAnAdapterThatWasIssuedUnderAnotherContract() {
    SubjectRow otherPaper = TestRows.agreeing(ANA, "new paper", List.of("studio"));
    SubjectRow morePacks = TestRows.agreeing(ANA, "paper", List.of("outdoors", "studio"));
    for (SubjectRow now : List.of(otherPaper, morePacks)) {
      assertThat(refusal(now, adapter(STUDIO_ALONE), STUDIO)).startsWith("CONTRACT_CHANGED: ");
      assertThat(refusal(now, adapter(now), STUDIO)).isNull();
    }
  }

  @Test
  void anotherNameForTheSameSubjectIsNoOtherContract() {
    SubjectRow renamed = TestRows.subject(ANA.subjectId(), "ana", "tarvek");
    assertThat(refusal(renamed, adapter(ANA), STUDIO)).isNull();
  }

  @Test
  void asksForAConsentOnlyWhereOneIsRequired() {
    Flag flag = new Flag("runtime.require_consent", "true", "test");
    Settings strict = SettingsLoader.load(List.of(), Map.of(), List.of(flag)).settings();
    assertThat(Contracts.refusal(strict, ANA)).startsWith("NO_CONSENT: no consent is on record");
    assertThat(Contracts.refusal(strict, STUDIO_ALONE)).isNull();
    assertThat(Contracts.refusal(Settings.defaults(), ANA)).isNull();
  }

  @Test
  void everyRefusalIsKnownAsOne() {
    assertThat(Contracts.isRefusal(refusal(STUDIO_ALONE, adapter(ANA), STUDIO))).isTrue();
    assertThat(Contracts.isRefusal(refusal(STUDIO_ALONE, adapter(ANA), "demo@1"))).isTrue();
    assertThat(Contracts.isRefusal("OUT_OF_MEMORY: 3 GB")).isFalse();
  }

  @Test
  void packsThatAreNotSaidAgainStayAsTheyWere() {
    assertThat(Contracts.packs(null, null)).isNull();
    assertThat(Contracts.packs(null, STUDIO_ALONE)).containsExactly("studio");
    assertThat(Contracts.packs(List.of("*"), STUDIO_ALONE)).isNull();
    assertThat(Contracts.packs(List.of(), STUDIO_ALONE)).isEmpty();
    assertThat(Contracts.packs(List.of("b", "a", "b"), null)).containsExactly("a", "b");
  }

  private static String refusal(SubjectRow subject, AdapterRow adapter, String pack) {
    return Contracts.refusal(Settings.defaults(), subject, adapter, pack);
  }

  private static AdapterRow adapter(SubjectRow subject) {
    return TestRows.adapter("1".repeat(64), subject, MODEL, TestRows.NOON);
  }
}
