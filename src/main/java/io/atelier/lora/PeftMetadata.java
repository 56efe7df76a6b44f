package io.atelier.lora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The header entry in which diffusers keeps PEFT's {@code LoraConfig}, as JSON whose keys carry the
 * prefix {@code transformer.}. Used: {@code r}, {@code lora_alpha}, {@code rank_pattern}, {@code
 * alpha_pattern}, {@code use_rslora}; {@code use_dora} and {@code lora_bias} are refused.
 */
final class PeftMetadata {
  static final String KEY = "lora_adapter_metadata";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.]+");

  private final Path path;
  private final JsonNode root;

  private PeftMetadata(Path path, JsonNode root) {
    this.path = path;
    this.root = root;
  }

  /** The entry of a file's header, or null if it has none. */
  static PeftMetadata of(Map<String, String> header, Path path) {
    String text = header.get(KEY);
    if (text == null) {
      return null;
    }
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException failure) {
      throw bad(path, "is not JSON: " + failure.getOriginalMessage());
    }
    PeftMetadata metadata = new PeftMetadata(path, root);
    metadata.refuse("use_dora");
    metadata.refuse("lora_bias");
    return metadata;
  }

  /** What a module's B A is multiplied by. */
  double scale(String module, long rank) {
    double stated = number("r", "rank_pattern", module);
    if (stated != rank) {
      throw bad(
          path, "gives rank " + stated + " to module '" + module + "', whose tensors have " + rank);
    }
    double alpha = number("lora_alpha", "alpha_pattern", module);
    return field("use_rslora").asBoolean() ? alpha / Math.sqrt((double) rank) : alpha / rank;
  }

  /** The entry for an adapter whose scale is folded: alpha equals the rank, module by module. */
  static String folded(Adapter adapter) {
    int rank = adapter.rank();
    ObjectNode root = JSON.createObjectNode();
    root.put(AdapterWriter.PREFIX + "r", rank);
    root.put(AdapterWriter.PREFIX + "lora_alpha", rank);
    ObjectNode ranks = JSON.createObjectNode();
    for (String module : adapter.modules()) {
      if (adapter.pair(module).rank() != rank) {
        ranks.put(module, adapter.pair(module).rank());
      }
    }
    root.set(AdapterWriter.PREFIX + "rank_pattern", ranks);
    root.set(AdapterWriter.PREFIX + "alpha_pattern", ranks);
    adapter.modules().forEach(root.putArray(AdapterWriter.PREFIX + "target_modules")::add);
    return root.toString();
  }

  private double number(String name, String pattern, String module) {
    JsonNode value = field(name);
    Iterator<Map.Entry<String, JsonNode>> patterns = field(pattern).fields();
    while (patterns.hasNext()) {
      Map.Entry<String, JsonNode> entry = patterns.next();
      if (matches(entry.getKey(), module)) {
        value = entry.getValue();
        break;
      }
    }
    if (!value.isNumber() || !(value.asDouble() > 0)) {
      throw bad(
          path, "has " + name + " " + value + " for module '" + module + "', not a number above 0");
    }
    return value.asDouble();
  }

  /** PEFT's rule, a key matches the end of a module's name, but for plain names only. */
  private boolean matches(String key, String module) {
    boolean whole = key.startsWith("^");
    String name = whole ? key.substring(1) : key;
    if (!PLAIN.matcher(name).matches()) {
      throw bad(path, "has the pattern '" + key + "', which is more than a module's name");
    }
    return module.equals(name) || (!whole && module.endsWith("." + name));
  }

  private void refuse(String name) {
    if (field(name).asBoolean()) {
      throw bad(path, "asks for " + name + ", which is not supported");
    }
  }

  private JsonNode field(String name) {
    return root.path(AdapterWriter.PREFIX + name);
  }

  private static AtelierException bad(Path path, String problem) {
    return new AtelierException(
        ErrorCode.BAD_ADAPTER,
        "adapter "
            + path
            + ": the header's "
            + KEY
            + " "
            + problem
            + "; without it the adapter's strength is unknown. Save the adapter again");
  }
}
