package io.atelier.config;

import java.util.List;

/**
 * A value as somebody wrote it.
 *
 * @param key such as {@code train.rank}; not yet known to exist
 * @param items the text, or the items of a YAML list
 * @param list whether it was written as a YAML list
 * @param source where: file and line, environment variable or flag
 */
record RawValue(String key, List<String> items, boolean list, String source) {
  static RawValue of(String key, String text, String source) {
    return new RawValue(key, List.of(text), false, source);
  }

  /** The value under the key's type; see {@link SettingKey#parse}. */
  Object parse(SettingKey target) {
    if (!list) {
      return target.parse(items.get(0));
    }
    if (target.type() != List.class) {
      throw new IllegalArgumentException("is a list, but one value is wanted");
    }
    return items.stream().map(target::item).toList();
  }
}
