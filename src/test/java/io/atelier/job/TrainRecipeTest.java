package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.config.Flag;
import io.atelier.config.Settings;
import io.atelier.config.SettingsLoader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every setting of the section train, under several others: does it matter to the adapter? */
class TrainRecipeTest {
  private static final Set<String> LORA_ALONE =
      Set.of("rank", "alpha", "targets", "caption_dropout");
  private static final Set<String> PRIOR_ALONE =
      Set.of("prior_weight", "prior_samples", "prior_steps", "prior_guidance");

  /** One other value for each setting; null where the situation decides. */
  private static final Map<String, String> OTHER_VALUES = new LinkedHashMap<>();

  static {
    OTHER_VALUES.put("method", null);
    OTHER_VALUES.put("inversion_tokens", "7");
    OTHER_VALUES.put("rank", "8");
    OTHER_VALUES.put("alpha", "3.5");
    OTHER_VALUES.put("steps", "900");
    OTHER_VALUES.put("optimizer", "prodigy");
    OTHER_VALUES.put("learning_rate", "1");
    OTHER_VALUES.put("batch", "3");
    OTHER_VALUES.put("accumulation", "2");
    OTHER_VALUES.put("resolution", "768");
    OTHER_VALUES.put("shape", "square");
    OTHER_VALUES.put("progressive", "256");
    OTHER_VALUES.put("flip", "0.25");
    OTHER_VALUES.put("targets", "attention");
    OTHER_VALUES.put("caption_dropout", "0.2");
    OTHER_VALUES.put("guidance", "2");
    OTHER_VALUES.put("schedule", "cosine");
    OTHER_VALUES.put("weight_decay", "0.01");
    OTHER_VALUES.put("clip", "2");
    OTHER_VALUES.put("warmup", "5");
    OTHER_VALUES.put("seed", "4");
    OTHER_VALUES.put("precision", "float32");
    OTHER_VALUES.put("sigma_sampling", "uniform");
    OTHER_VALUES.put("prior", "teacher");
    OTHER_VALUES.put("prior_weight", "0.5");
    OTHER_VALUES.put("prior_samples", "20");
    OTHER_VALUES.put("prior_steps", "8");
    OTHER_VALUES.put("prior_guidance", "2");
    OTHER_VALUES.put("validation_photos", "2");
    OTHER_VALUES.put("validate_every", "20");
    OTHER_VALUES.put("patience", "2");
  }

  /**
   * Settings that others are looked at under.
   *
   * @param guided whether the base model embeds guidance
   * @param idle what has no effect then
   */
  record Situation(List<String> settings, boolean guided, Set<String> idle) {
    boolean holdsOut() {
      return settings.stream().anyMatch(text -> text.startsWith("validation_photos="));
    }

    String otherMethod() {
      return settings.contains("method=textual-inversion") ? "lora" : "textual-inversion";
    }

    @Override
    public String toString() {
      return settings + (guided ? "" : " without guidance") + " leaves idle " + idle;
    }
  }

  static List<Situation> situations() {
    Set<String> inversion = all(LORA_ALONE, PRIOR_ALONE, Set.of("prior"));
    return List.of(
        situation("", true, PRIOR_ALONE, IDLE_LORA),
        situation("prior=images", true, IDLE_LORA),
        situation("prior=images", false, Set.of("guidance", "prior_guidance"), IDLE_LORA),
        situation("prior=images prior_weight=0", true, without(PRIOR_ALONE), PRIOR_OFF),
        situation("validation_photos=1", true, PRIOR_ALONE, Set.of("inversion_tokens")),
        situation("method=textual-inversion", true, inversion, IDLE_EVERY),
        situation("method=textual-inversion prior=images", true, inversion, IDLE_EVERY),
        situation("steps=20 warmup=20", true, PRIOR_ALONE, IDLE_LORA, Set.of("schedule")),
        situation("steps=10 validation_photos=1", true, PRIOR_ALONE, IDLE_LORA));
  }

  private static final Set<String> IDLE_EVERY = Set.of("validate_every");
  private static final Set<String> IDLE_LORA = Set.of("inversion_tokens", "validate_every");
  private static final Set<String> PRIOR_OFF =
      Set.of("prior", "inversion_tokens", "validate_every");

  private static Set<String> without(Set<String> some) {
    Set<String> left = new TreeSet<>(some);
    left.remove("prior_weight");
    return left;
  }

  @ParameterizedTest
  @MethodSource("situations")
  void anIdChangesWithASettingExactlyIfItHasAnEffect(Situation situation) {
    TrainRecipe before = recipe(situation, List.of());
    OTHER_VALUES.forEach(
        (key, value) -> {
          if (key.equals("patience") && !situation.holdsOut()) {
            return; // Such settings are refused.
          }
          String other = value == null ? situation.otherMethod() : value;
          TrainRecipe after = recipe(situation, List.of(key + "=" + other));
          boolean matters = !situation.idle().contains(key);
          assertThat(!after.hash().equals(before.hash())).as(key).isEqualTo(matters);
          assertThat(after.equals(before)).as(key).isNotEqualTo(matters);
        });
  }

  @Test
  void everySettingIsLookedAt() {
    String written = Settings.defaults().describe("train");
    List<String> keys =
        written.lines().skip(1).map(line -> line.strip().replaceFirst(":.*", "")).toList();
    assertThat(OTHER_VALUES.keySet()).containsExactlyInAnyOrderElementsOf(keys);
  }

  /** Computed with Python's hashlib from the form that {@code Hashes.ofFields} describes. */
  @Test
  void theHashStaysWhatItIs() {
    assertThat(TrainRecipe.of(Settings.defaults().train(), true).hash())
        .isEqualTo("91205b1ce69803b9df83d94f00b5165d218ebab4ac72155db70ba03e84ba7549");
  }

  private static TrainRecipe recipe(Situation situation, List<String> more) {
    Map<String, String> values = new LinkedHashMap<>(Map.of("learning_rate", "0.5"));
    List<String> given = new ArrayList<>(situation.settings());
    given.addAll(more);
    given.forEach(text -> values.put(text.split("=")[0], text.split("=")[1]));
    List<Flag> flags = new ArrayList<>();
    values.forEach((key, value) -> flags.add(new Flag("train." + key, value, "test")));
    Settings settings = SettingsLoader.load(List.of(), Map.of(), flags).settings();
    return TrainRecipe.of(settings.train(), situation.guided());
  }

  @SafeVarargs
  private static Situation situation(String settings, boolean guided, Set<String>... idle) {
    List<String> list = settings.isEmpty() ? List.of() : List.of(settings.split(" "));
    return new Situation(list, guided, all(idle));
  }

  @SafeVarargs
  private static Set<String> all(Set<String>... parts) {
    Set<String> all = new TreeSet<>();
    List.of(parts).forEach(all::addAll);
    return all;
  }
}
