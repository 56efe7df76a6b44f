package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectsFileTest {
  private static final Set<String> NAMES = new TreeSet<>(Set.of("ana", "ben"));

  @Test
  void readsWhatIsSaidAndLeavesTheRestOpen() {
    SubjectsFile file =
        parse(
            """
            subjects:
              ana:
                class_noun: " woman "
                trigger_token: ana_vex
                consent: contract 2026-17
                allowed_packs: [studio, demo@1f0c9a72b3de]
              ben:
            """);
    assertThat(file.get("ana"))
        .isEqualTo(
            new SubjectsFile.Details(
                "woman", "ana_vex", "contract 2026-17", List.of("studio", "demo@1f0c9a72b3de")));
    assertThat(file.get("ben")).isEqualTo(new SubjectsFile.Details(null, null, null, null));
    assertThat(file.get("chi")).isEqualTo(new SubjectsFile.Details(null, null, null, null));
    assertThat(file.triggerTokens()).containsExactly("ana_vex");
  }

  @Test
  void ofPeopleWhomTheLakeKnowsSomethingMayBeSaidWithoutPhotosAndConsentMayBeTakenBack() {
    SubjectsFile file = parse("subjects: {dora: {consent: , allowed_packs: []}}");

    assertThat(file.names()).containsExactly("dora");
    assertThat(file.get("dora")).isEqualTo(new SubjectsFile.Details(null, null, "", List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nobody yet\n", "subjects:\n", "subjects: {}\n", "---\n"})
  void anEmptyFileSaysNothing(String yaml) {
    assertThat(parse(yaml).subjects()).isEmpty();
  }

  @Test
  void reportsEveryProblemAtOnce() {
    assertRefused(
            """
            people: {}
            subjects:
              ana: {class: woman, trigger_token: An}
              ben: {class_noun: [man, boy], trigger_token: same_one}
              chi: {trigger_token: same_one}
            """)
        .hasMessageContaining("'people' is not known")
        .hasMessageContaining("'class' of 'ana' is not known")
        .hasMessageContaining("allowed_packs, class_noun, consent, trigger_token")
        .hasMessageContaining("trigger_token 'An' of 'ana' must be 3 to 32")
        .hasMessageContaining("'class_noun' of 'ben' must be a text")
        .hasMessageContaining(
            "subject 'chi' has no folder, and the lake does not know it; the folders are [ana, ben]")
        .hasMessageContaining("trigger_token 'same_one' is given twice")
        .hasMessageContaining("photos/subjects.yaml");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ab", "has space", "Upper", "dash-ed", "a23456789012345678901234567890123"})
  void refusesATokenThatCaptionsCannotCarry(String token) {
    assertRefused("subjects: {ana: {trigger_token: " + token + "}}\n").hasMessageContaining(token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "['*']", "[studio]", "[my-pack_2, studio@1f0c9a72b3de]"})
  void readsWhichPacksAreAllowed(String packs) {
    assertThat(parse("subjects: {ana: {allowed_packs: " + packs + "}}\n").get("ana").allowedPacks())
        .hasToString(packs.replace("'", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "studio",
        "'*'",
        "[Studio]",
        "['*', studio]",
        "[./my.yaml]",
        "[studio@1]",
        "{a: b}"
      })
  void refusesPacksThatAreNoListOfNames(String packs) {
    assertRefused("subjects: {ana: {allowed_packs: " + packs + "}}\n")
        .hasMessageContaining("allowed_packs")
        .hasMessageContaining("of 'ana' must be a list of packs");
  }

  @Test
  void refusesAListWhereAMappingBelongs() {
    assertRefused("subjects: [ana, ben]\n").hasMessageContaining("'subjects' must be a mapping");
    assertRefused("subjects: ana\n").hasMessageContaining("'subjects' must be a mapping");
    assertRefused("subjects: {ana: woman}\n").hasMessageContaining("'ana' must be a mapping");
    assertRefused("- ana\n").hasMessageContaining("must start with 'subjects:'");
    assertRefused("ana\n").hasMessageContaining("must start with 'subjects:'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"subjects: {ana: [", "subjects:\n\tana: {}\n", "a: b: c\n"})
  void refusesWhatIsNoYaml(String yaml) {
    assertRefused(yaml).hasMessageContaining("is not valid YAML");
  }

  @Test
  void refusesASubjectThatIsListedTwice() {
    assertRefused("subjects:\n  ana: {class_noun: woman}\n  ana: {class_noun: girl}\n")
        .hasMessageContaining("ana");
  }

  private static SubjectsFile parse(String yaml) {
    return SubjectsFile.parse(yaml, "photos/subjects.yaml", NAMES, Set.of("dora"));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String yaml) {
    AbstractThrowableAssert<?, ? extends Throwable> refusal =
        assertThatThrownBy(() -> parse(yaml)).isInstanceOf(AtelierException.class);
    refusal
        .asInstanceOf(InstanceOfAssertFactories.throwable(AtelierException.class))
        .extracting(AtelierException::code)
        .isEqualTo(ErrorCode.BAD_INPUT);
    return refusal;
  }
}
