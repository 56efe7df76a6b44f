package io.atelier.flux;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;

/**
 * Builds the {@code tokenizer.json} that the published FLUX.1 repositories leave out for CLIP, from
 * the {@code vocab.json} and {@code merges.txt} that they have: the pipeline of transformers'
 * {@code CLIPTokenizer} (and of its {@code CLIPConverter}).
 */
final class ClipTokenizerJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String WORDS =
      "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]"
          + "|[^\\s\\p{L}\\p{N}]+";

  private final Path folder;
  private final TokenizerFiles files;

  private ClipTokenizerJson(TokenizerFiles files) {
    this.files = files;
    this.folder = files.folder();
  }

  /** The whole tokenizer as the tokenizers library reads it. */
  static JsonNode build(TokenizerFiles files) {
    return new ClipTokenizerJson(files).tokenizer();
  }

  private JsonNode tokenizer() {
    JsonNode vocab = files.json("vocab.json");
    ObjectNode root = NODES.objectNode();
    root.put("version", "1.0");
    root.set("added_tokens", addedTokens(vocab));
    root.set(
        "normalizer",
        sequence(
            "normalizers",
            typed("NFC"),
            typed("Replace").put("content", " ").set("pattern", regex("\\s+")),
            typed("Lowercase")));
    ObjectNode split = typed("Split").put("behavior", "Removed").put("invert", true);
    split.set("pattern", regex(WORDS));
    ObjectNode bytes = typed("ByteLevel").put("add_prefix_space", false);
    bytes.put("trim_offsets", true).put("use_regex", true);
    root.set("pre_tokenizer", sequence("pretokenizers", split, bytes));
    root.set("model", model(vocab));
    return root;
  }

  private ObjectNode model(JsonNode vocab) {
    ObjectNode model = typed("BPE");
    model.put("unk_token", files.token("unk_token", "<|endoftext|>"));
    model.put("continuing_subword_prefix", "");
    model.put("end_of_word_suffix", "</w>");
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
    model.set("vocab", vocab);
    model.set("merges", merges());
    return model;
  }

  private ArrayNode merges() {
    Path file = folder.resolve("merges.txt");
    ArrayNode merges = NODES.arrayNode();
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      for (String line : text.split("\n", -1)) {
        String merge = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        if (!merge.isEmpty() && !merge.startsWith("#version")) {
          merges.add(merge);
        }
      }
      return merges;
    } catch (IOException e) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          file + " cannot be read: " + e + "; download the tokenizer again",
          e);
    }
  }

  private ArrayNode addedTokens(JsonNode vocab) {
    JsonNode declared = files.config().path("added_tokens_decoder");
    ArrayNode tokens = NODES.arrayNode();
    if (declared.isObject() && !declared.isEmpty()) {
      Iterator<Map.Entry<String, JsonNode>> fields = declared.fields();
      while (fields.hasNext()) {
        Map.Entry<String, JsonNode> field = fields.next();
        tokens.add(addedToken(field.getValue(), Integer.parseInt(field.getKey())));
      }
      return tokens;
    }
    for (String name : files.specialTokens()) {
      JsonNode id = vocab.get(name);
      if (id == null) {
        throw files.bad("the special token '" + name + "' is not in vocab.json");
      }
      tokens.add(addedToken(NODES.objectNode().put("content", name), id.intValue()));
    }
    return tokens;
  }

  private static ObjectNode addedToken(JsonNode declared, int id) {
    ObjectNode token = NODES.objectNode();
    token.put("id", id);
    token.put("content", declared.path("content").asText());
    token.put("single_word", declared.path("single_word").asBoolean(false));
    token.put("lstrip", declared.path("lstrip").asBoolean(false));
    token.put("rstrip", declared.path("rstrip").asBoolean(false));
    token.put("normalized", declared.path("normalized").asBoolean(false));
    token.put("special", declared.path("special").asBoolean(true));
    return token;
  }

  private static ObjectNode typed(String type) {
    return NODES.objectNode().put("type", type);
  }

  private static ObjectNode regex(String pattern) {
    return NODES.objectNode().put("Regex", pattern);
  }

  private static ObjectNode sequence(String field, JsonNode... parts) {
    ArrayNode list = NODES.arrayNode();
    for (JsonNode part : parts) {
      list.add(part);
    }
    ObjectNode sequence = typed("Sequence");
    sequence.set(field, list);
    return sequence;
  }
}
