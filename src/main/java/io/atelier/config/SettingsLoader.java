package io.atelier.config;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Puts the settings together: record default, then YAML file, then environment, then command line;
 * the later wins. Every value is checked, also one that a later source replaces, and all problems
 * are reported at once.
 */
public final class SettingsLoader {
  private static final String PREFIX = "ATELIER_";

  /** Variables of the scripts that start us, which are no settings. */
  private static final Set<String> SCRIPTS =
      Set.of(
          "ATELIER_HOME",
          "ATELIER_LOG_DIR",
          "ATELIER_JAVA_OPTS",
          "ATELIER_MASTER",
          "ATELIER_PROPERTIES");

  /** Limits that were settings before there were rules files. */
  private static final Set<String> RETIRED =
      Set.of(
          "curate.min_side",
          "curate.max_aspect",
          "curate.faces",
          "curate.min_face_side",
          "curate.min_sharpness");

  private static final String NOW_RULES =
      "limits on photos are in a rules file now: set curate.rules to portrait, style, dataset or a"
          + " changed copy of one of conf/rules";

  private final List<String> problems = new ArrayList<>();
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, String> sources = new LinkedHashMap<>();

  private SettingsLoader() {}

  /**
   * The effective settings.
   *
   * @param files YAML files; a later one replaces values of an earlier one
   * @param environment the process environment; every variable that starts with {@code ATELIER_}
   *     must be a setting
   * @param flags in the order of the command line
   * @throws AtelierException BAD_CONFIG naming every problem and its source
   */
  public static LoadedSettings load(
      List<Path> files, Map<String, String> environment, List<Flag> flags) {
    SettingsLoader loader = new SettingsLoader();
    files.forEach(file -> YamlSettings.read(file, loader.problems).forEach(loader::take));
    new TreeMap<>(environment).forEach(loader::takeVariable);
    for (Flag flag : flags) {
      loader.take(RawValue.of(flag.key(), flag.value(), flag.flag()));
    }
    return loader.finish();
  }

  private void takeVariable(String name, String value) {
    if (!name.startsWith(PREFIX) || SCRIPTS.contains(name)) {
      return;
    }
    Optional<SettingKey> key =
        SettingKey.all().stream().filter(k -> k.environmentName().equals(name)).findFirst();
    if (key.isPresent()) {
      take(RawValue.of(key.get().name(), value, name));
    } else {
      String nearest =
          Nearest.of(
              name.toUpperCase(Locale.ROOT),
              SettingKey.all().stream().map(SettingKey::environmentName).toList());
      problems.add(
          name + ": no setting has this variable; did you mean " + nearest + "? Else unset it");
    }
  }

  private void take(RawValue raw) {
    Optional<SettingKey> key = SettingKey.find(raw.key());
    if (key.isEmpty()) {
      problems.add(
          raw.source()
              + ": unknown key '"
              + raw.key()
              + "'; "
              + (RETIRED.contains(raw.key()) ? NOW_RULES : Nearest.advice(raw.key())));
      return;
    }
    try {
      values.put(raw.key(), raw.parse(key.get()));
      sources.put(raw.key(), raw.source());
    } catch (IllegalArgumentException e) {
      problems.add(raw.source() + ": " + raw.key() + ": " + e.getMessage());
    }
  }

  private LoadedSettings finish() {
    Settings settings = SettingsBinder.bind(values);
    if (problems.isEmpty()) {
      problems.addAll(Conflicts.of(settings));
    }
    if (!problems.isEmpty()) {
      String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
      throw new AtelierException(
          ErrorCode.BAD_CONFIG, count + " in the settings:\n  " + String.join("\n  ", problems));
    }
    return new LoadedSettings(settings, Map.copyOf(sources));
  }
}
