package io.atelier.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings in a YAML file: a mapping of sections, each a mapping of keys to a value or a list
 * of values. Reads tokens, not objects, so that every value knows its line. {@value #HERE} in a
 * value is the folder of the file.
 */
final class YamlSettings {
  private static final String HERE = "{here}";

  private final Path file;
  private final List<String> problems;
  private final List<RawValue> values = new ArrayList<>();
  private final Map<String, String> seen = new HashMap<>();

  private YamlSettings(Path file, List<String> problems) {
    this.file = file;
    this.problems = problems;
  }

  /** The values of the file, in its order; what cannot be read is added to the problems. */
  static List<RawValue> read(Path file, List<String> problems) {
    YamlSettings yaml = new YamlSettings(file, problems);
    if (!Files.isRegularFile(file)) {
      problems.add(file + ": there is no such file; name an existing one with --config");
      return List.of();
    }
    try (YAMLParser parser = new YAMLFactory().createParser(file.toFile())) {
      yaml.document(parser);
    } catch (JsonProcessingException e) {
      problems.add(yaml.at(e.getLocation()) + ": not YAML: " + firstLine(e.getOriginalMessage()));
    } catch (IOException e) {
      problems.add(file + ": cannot be read: " + e.getMessage());
    }
    return yaml.values;
  }

  private void document(YAMLParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == null || token == JsonToken.VALUE_NULL || isEmptyText(parser)) {
      return;
    }
    if (token != JsonToken.START_OBJECT) {
      problems.add(at(parser) + ": the file must be a mapping of sections such as 'train:'");
      return;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      section(parser, parser.currentName());
    }
    if (parser.nextToken() != null) {
      problems.add(at(parser) + ": a second document starts here; only one is read");
    }
  }

  private void section(YAMLParser parser, String section) throws IOException {
    String where = at(parser);
    JsonToken token = parser.nextToken();
    if (token == JsonToken.START_OBJECT) {
      unique(section, where);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        value(parser, section + "." + parser.currentName());
      }
    } else if (token == JsonToken.VALUE_NULL || isEmptyText(parser)) {
      unique(section, where);
    } else {
      parser.skipChildren();
      problems.add(where + ": '" + section + "' is not a mapping of keys; " + hint(section));
    }
  }

  private void value(YAMLParser parser, String key) throws IOException {
    String where = at(parser);
    unique(key, where);
    JsonToken token = parser.nextToken();
    if (token == JsonToken.START_ARRAY) {
      list(parser, key, where);
    } else if (token == JsonToken.START_OBJECT) {
      parser.skipChildren();
      problems.add(where + ": " + key + " is a mapping, but a value is wanted");
    } else if (parser.isCurrentAlias()) {
      problems.add(where + ": " + key + " is an alias; write the value itself");
    } else {
      String text = token == JsonToken.VALUE_NULL ? "" : parser.getText();
      values.add(RawValue.of(key, text.replace(HERE, folder()), where));
    }
  }

  private String folder() {
    return file.toAbsolutePath().getParent().toString();
  }

  private void list(YAMLParser parser, String key, String where) throws IOException {
    List<String> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken().isScalarValue()) {
        items.add(parser.getText().replace(HERE, folder()));
      } else {
        parser.skipChildren();
        problems.add(where + ": " + key + " holds a list or mapping, but values are wanted");
      }
    }
    values.add(new RawValue(key, items, true, where));
  }

  private void unique(String name, String where) {
    String before = seen.putIfAbsent(name, where);
    if (before != null) {
      problems.add(where + ": '" + name + "' is given twice, first at " + before);
    }
  }

  private static String hint(String section) {
    return SettingKey.sections().contains(section)
        ? "write its keys indented below '" + section + ":'"
        : Nearest.advice(section);
  }

  private static boolean isEmptyText(JsonParser parser) throws IOException {
    return parser.currentToken() == JsonToken.VALUE_STRING && parser.getText().isEmpty();
  }

  private String at(JsonParser parser) {
    return at(parser.currentTokenLocation());
  }

  private String at(JsonLocation location) {
    return location == null ? file.toString() : file + ":" + location.getLineNr();
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
