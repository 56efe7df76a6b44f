package io.atelier.config;

import java.util.Map;

/** Settings that no user could give, to see what happens all the same. */
public final class UncheckedSettings {
  private UncheckedSettings() {}

  /** A copy with another value for one key, whatever its range. */
  public static Settings with(Settings settings, String key, Object value) {
    Map<String, Object> values = SettingsBinder.values(settings);
    if (values.put(key, value) == null) {
      throw new IllegalArgumentException("no setting " + key);
    }
    return SettingsBinder.bind(values);
  }
}
