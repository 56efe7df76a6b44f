package io.atelier.config;

import java.util.Map;

/**
 * The effective settings and where each value came from.
 *
 * @param settings the values
 * @param sources source of every value that was given, by key; a key without one has its default
 */
public record LoadedSettings(Settings settings, Map<String, String> sources) {
  /** The values that were given, one {@code key = value (source)} line each; may be empty. */
  public String describeGiven() {
    StringBuilder lines = new StringBuilder();
    SettingsBinder.values(settings)
        .forEach(
            (key, value) -> {
              if (sources.containsKey(key)) {
                lines.append(
                    "%s = %s  (%s)\n".formatted(key, Canonical.text(value), sources.get(key)));
              }
            });
    return lines.toString();
  }
}
