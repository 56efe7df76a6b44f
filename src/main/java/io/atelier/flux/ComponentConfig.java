package io.atelier.flux;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One JSON configuration file of a checkpoint, read strictly: every key is either understood, known
 * to be without effect, or refused with the file's and the key's name. A key that is absent or null
 * has the default that diffusers or transformers gives it.
 */
final class ComponentConfig {
  /** Written by diffusers or transformers, without effect on inference. */
  private static final Set<String> BOOKKEEPING =
      Set.of(
          "architectures",
          "attention_dropout",
          "attn_implementation",
          "classifier_dropout",
          "dropout",
          "dropout_rate",
          "dtype",
          "gradient_checkpointing",
          "id2label",
          "initializer_factor",
          "initializer_range",
          "label2id",
          "output_attentions",
          "output_hidden_states",
          "return_dict",
          "task_specific_params",
          "torch_dtype",
          "torchscript",
          "transformers_version");

  private final Path file;
  private final JsonNode root;
  private final Set<String> known = new TreeSet<>();

  private ComponentConfig(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static ComponentConfig read(Path file) {
    return new ComponentConfig(file, StrictJson.object(file));
  }

  /** The error of a value that cannot be used. */
  AtelierException bad(String key, String value, String wanted) {
    return new AtelierException(
        ErrorCode.BAD_CHECKPOINT,
        file
            + ": "
            + key
            + " is "
            + value
            + ", but this program needs "
            + wanted
            + "; use a FLUX.1 checkpoint in the layout of diffusers");
  }

  /** True if the key is there and not null. */
  boolean has(String key) {
    return get(key) != null;
  }

  /** The value, or null if it is absent or null. */
  JsonNode get(String key) {
    known.add(key);
    JsonNode value = root.get(key);
    return value == null || value.isNull() ? null : value;
  }

  int positive(String key, int absent) {
    JsonNode value = get(key);
    return value == null ? absent : positive(key, value);
  }

  private int positive(String key, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
      throw bad(key, value.toString(), "a whole number above 0");
    }
    return value.intValue();
  }

  List<Integer> positives(String key, List<Integer> absent) {
    JsonNode value = get(key);
    if (value == null) {
      return absent;
    }
    if (!value.isArray() || value.isEmpty()) {
      throw bad(key, value.toString(), "a list of whole numbers above 0");
    }
    List<Integer> result = new ArrayList<>();
    value.forEach(element -> result.add(positive(key, element)));
    return result;
  }

  double number(String key, double absent) {
    return has(key) ? requiredNumber(key) : absent;
  }

  double requiredNumber(String key) {
    JsonNode value = get(key);
    if (value == null || !value.isNumber()) {
      throw bad(key, value == null ? "absent" : value.toString(), "a number");
    }
    return value.doubleValue();
  }

  boolean bool(String key, boolean absent) {
    JsonNode value = get(key);
    if (value == null) {
      return absent;
    }
    if (!value.isBoolean()) {
      throw bad(key, value.toString(), "true or false");
    }
    return value.booleanValue();
  }

  /** Refuses any other text, also its absence. */
  void requireText(String key, String wanted) {
    JsonNode value = get(key);
    if (value == null || !value.asText().equals(wanted)) {
      throw bad(key, value == null ? "absent" : value.toString(), "\"" + wanted + "\"");
    }
  }

  void requireTexts(String key, List<String> wanted) {
    List<String> found = new ArrayList<>();
    JsonNode value = get(key);
    if (value != null) {
      value.forEach(element -> found.add(element.asText()));
    }
    if (!found.equals(wanted)) {
      throw bad(key, found.toString(), wanted.toString());
    }
  }

  /** Refuses every other text than the supported one; absent means the library's default. */
  void supportOnly(String key, String absent, String supported) {
    supportOnly(key, TextNode.valueOf(absent), TextNode.valueOf(supported));
  }

  /** Refuses every other number than the supported one; absent means the library's default. */
  void supportOnly(String key, int absent, int supported) {
    supportOnly(key, IntNode.valueOf(absent), IntNode.valueOf(supported));
  }

  /** Refuses the other truth value; absent means the library's default. */
  void supportOnly(String key, boolean absent, boolean supported) {
    supportOnly(key, BooleanNode.valueOf(absent), BooleanNode.valueOf(supported));
  }

  private void supportOnly(String key, JsonNode absent, JsonNode supported) {
    JsonNode value = get(key);
    JsonNode found = value == null ? absent : value;
    if (!found.equals(supported)) {
      throw bad(key, value == null ? found + " by default" : found.toString(), "" + supported);
    }
  }

  /** Refuses every value but null. */
  void supportNull(String key) {
    JsonNode value = get(key);
    if (value != null) {
      throw bad(key, value.toString(), "null");
    }
  }

  /** Keys without effect on what this program computes. */
  void ignore(String... keys) {
    known.addAll(List.of(keys));
  }

  /** Refuses keys that nobody asked for: they could change the result. */
  void refuseUnknown() {
    Iterator<String> names = root.fieldNames();
    while (names.hasNext()) {
      String key = names.next();
      if (!key.startsWith("_") && !known.contains(key) && !BOOKKEEPING.contains(key)) {
        throw bad(key, root.get(key).toString(), "this key, which it does not know, to be absent");
      }
    }
  }
}
