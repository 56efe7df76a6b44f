package io.atelier.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One key of the settings and how its text becomes a value.
 *
 * @param name such as {@code train.learning_rate}
 * @param type Java type of the record component
 * @param setting default, meaning and range
 */
record SettingKey(String name, Class<?> type, Setting setting) {
  private static final List<SettingKey> ALL = collect();

  /** Every key, in the order of the records. */
  static List<SettingKey> all() {
    return ALL;
  }

  /** Every section, in the order of the records. */
  static Set<String> sections() {
    Set<String> sections = new LinkedHashSet<>();
    ALL.forEach(key -> sections.add(key.section()));
    return sections;
  }

  static Optional<SettingKey> find(String name) {
    return ALL.stream().filter(key -> key.name.equals(name)).findFirst();
  }

  static String nameOf(RecordComponent section, RecordComponent component) {
    return section.getName() + "." + snakeCase(component.getName());
  }

  String section() {
    return name.substring(0, name.indexOf('.'));
  }

  /** The name of the environment variable that sets it. */
  String environmentName() {
    return "ATELIER_" + name.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  Object defaultValue() {
    return parse(setting.value());
  }

  /** Whether "not set" is a value. */
  boolean optional() {
    return type == Optional.class || type == OptionalInt.class;
  }

  /**
   * The value of a text. Lists are separated by commas.
   *
   * @throws IllegalArgumentException saying why the text is no value of this key
   */
  Object parse(String text) {
    if (type == List.class) {
      return parseList(text);
    }
    if (optional() && (text.isEmpty() || text.equals("null"))) {
      return type == Optional.class ? Optional.empty() : OptionalInt.empty();
    }
    if (text.isBlank()) {
      throw new IllegalArgumentException("is empty");
    }
    if (type == int.class) {
      return Math.toIntExact(wholeNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
    }
    if (type == OptionalInt.class) {
      return OptionalInt.of(
          Math.toIntExact(wholeNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE)));
    }
    if (type == long.class) {
      return wholeNumber(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == double.class) {
      return number(text);
    }
    if (type == boolean.class) {
      return truth(text);
    }
    return type == Optional.class ? Optional.of(choice(text)) : choice(text);
  }

  private List<String> parseList(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    return Arrays.stream(text.split(",", -1)).map(String::strip).map(this::item).toList();
  }

  /** One item of a list. */
  String item(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("has an empty item");
    }
    return choice(text);
  }

  private long wholeNumber(String text, long least, long greatest) {
    long value;
    try {
      value = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a whole number", e);
    }
    if (value < least || value > greatest) {
      throw new IllegalArgumentException(text + " is out of range");
    }
    checkRange(text, value);
    if (value % setting.multipleOf() != 0) {
      throw new IllegalArgumentException(text + " is not a multiple of " + setting.multipleOf());
    }
    return value;
  }

  private double number(String text) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number", e);
    }
    if (!Double.isFinite(value) || text.matches(".*[dDfF]")) {
      throw new IllegalArgumentException("'" + text + "' is not a finite number");
    }
    checkRange(text, value);
    return value;
  }

  private void checkRange(String text, double value) {
    if (value < setting.min()) {
      throw new IllegalArgumentException(
          text + " is below the least value " + Canonical.plain(setting.min()));
    }
    if (value > setting.max()) {
      throw new IllegalArgumentException(
          text + " is above the greatest value " + Canonical.plain(setting.max()));
    }
  }

  private static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  private String choice(String text) {
    List<String> choices = List.of(setting.choices());
    if (!choices.isEmpty() && !choices.contains(text)) {
      throw new IllegalArgumentException(
          "'" + text + "' is none of: " + String.join(", ", choices));
    }
    return text;
  }

  private static List<SettingKey> collect() {
    List<SettingKey> keys = new ArrayList<>();
    for (RecordComponent section : Settings.class.getRecordComponents()) {
      for (RecordComponent component : section.getType().getRecordComponents()) {
        Setting setting = component.getAnnotation(Setting.class);
        keys.add(new SettingKey(nameOf(section, component), component.getType(), setting));
      }
    }
    return Collections.unmodifiableList(keys);
  }

  private static String snakeCase(String camelCase) {
    return camelCase.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
