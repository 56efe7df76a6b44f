package io.atelier.style;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.atelier.provenance.Hashes;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/** Content ids: SHA-256 over JSON in UTF-8 with sorted keys and no spaces. */
final class Canonical {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build();

  /** Named values in the order of their names. */
  static final class Fields {
    private final TreeMap<String, Object> values = new TreeMap<>();

    Fields with(String name, Object value) {
      values.put(name, value);
      return this;
    }
  }

  private Canonical() {}

  static Fields fields() {
    return new Fields();
  }

  static String json(Fields fields) {
    try {
      return JSON.writeValueAsString(fields.values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Text and numbers always have a JSON form", e);
    }
  }

  /** 64 lower-case hex digits. */
  static String sha256(Fields fields) {
    return Hashes.of(json(fields).getBytes(StandardCharsets.UTF_8));
  }
}
