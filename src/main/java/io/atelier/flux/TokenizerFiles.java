package io.atelier.flux;

import com.fasterxml.jackson.databind.JsonNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The files in a tokenizer's folder, and which of them this program reads. */
final class TokenizerFiles {
  static final String TOKENIZER = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";

  private final Path folder;
  private final JsonNode config;

  TokenizerFiles(Path folder) {
    this.folder = folder;
    this.config = json(CONFIG);
  }

  Path folder() {
    return folder;
  }

  /** {@code tokenizer_config.json}. */
  JsonNode config() {
    return config;
  }

  /** True if there is a {@code tokenizer.json}; it is then the only source of the vocabulary. */
  boolean hasTokenizerJson() {
    return Files.isRegularFile(folder.resolve(TOKENIZER));
  }

  /** The files that decide the token ids. */
  List<Path> paths() {
    return hasTokenizerJson()
        ? List.of(folder.resolve(TOKENIZER), folder.resolve(CONFIG))
        : List.of(
            folder.resolve("merges.txt"), folder.resolve(CONFIG), folder.resolve("vocab.json"));
  }

  /** A file of the folder as a JSON object. */
  JsonNode json(String name) {
    return StrictJson.object(folder.resolve(name));
  }

  /** The text of a special token: a string, or an object with its content. */
  String token(String key, String absent) {
    JsonNode value = config.path(key);
    if (value.isTextual()) {
      return value.asText();
    }
    return value.path("content").asText(absent);
  }

  /** The special tokens of CLIP that are matched in prompts before anything else. */
  Set<String> specialTokens() {
    Set<String> tokens = new LinkedHashSet<>();
    tokens.add(token("bos_token", "<|startoftext|>"));
    tokens.add(token("eos_token", "<|endoftext|>"));
    tokens.add(token("unk_token", "<|endoftext|>"));
    tokens.add(token("pad_token", "<|endoftext|>"));
    return tokens;
  }

  AtelierException bad(String problem) {
    return new AtelierException(
        ErrorCode.BAD_CHECKPOINT, folder + ": " + problem + "; download the tokenizer again");
  }
}
