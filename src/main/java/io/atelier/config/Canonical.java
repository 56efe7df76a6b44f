package io.atelier.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The one written form of values: for hashes, for the printed settings, for messages. */
final class Canonical {
  private Canonical() {}

  /** The value as YAML; texts are quoted where YAML would read something else. */
  static String text(Object value) {
    if (value instanceof Double number) {
      return plain(number);
    }
    if (value instanceof OptionalInt number) {
      return number.isPresent() ? Integer.toString(number.getAsInt()) : "null";
    }
    if (value instanceof Optional<?> optional) {
      return optional.map(Canonical::text).orElse("null");
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Canonical::text).toList().toString();
    }
    return value instanceof String string ? quoted(string) : value.toString();
  }

  /** The shortest form of a number that reads back as the same value: 1, 0.05, 1e-4. */
  static String plain(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    return Double.toString(value).replace(".0E", "e").replace('E', 'e');
  }

  /** Sections as mappings, in the order of the values. */
  static String yaml(Map<String, Object> values) {
    StringBuilder yaml = new StringBuilder();
    String section = "";
    for (Map.Entry<String, Object> value : values.entrySet()) {
      String[] name = value.getKey().split("\\.", 2);
      if (!name[0].equals(section)) {
        section = name[0];
        yaml.append(section).append(":\n");
      }
      yaml.append("  %s: %s\n".formatted(name[1], text(value.getValue())));
    }
    return yaml.toString();
  }

  /** SHA-256 over the values whose key starts with the prefix. */
  static String hash(Map<String, Object> values, String prefix) {
    StringBuilder lines = new StringBuilder();
    new TreeMap<>(values)
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix)) {
                lines.append(key).append('=').append(text(value)).append('\n');
              }
            });
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha256.digest(lines.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String quoted(String string) {
    boolean safe =
        string.matches("[A-Za-z_/][A-Za-z0-9_./+-]*")
            && !string.matches("(?i)true|false|yes|no|on|off|null|y|n");
    if (safe) {
      return string;
    }
    StringBuilder quoted = new StringBuilder("\"");
    string
        .chars()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
              } else if (c < ' ') {
                quoted.append("\\x%02x".formatted(c));
              } else {
                quoted.append((char) c);
              }
            });
    return quoted.append('"').toString();
  }
}
