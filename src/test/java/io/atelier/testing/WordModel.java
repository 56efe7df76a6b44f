package io.atelier.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The tiny encoder and decoder of the tests with a tokenizer of whole words, so that what their
 * random weights write passes for a caption.
 */
public final class WordModel {
  private static final Path TINY =
      Path.of("src", "test", "resources", "captioners", "encoder-decoder");
  private static final int VOCABULARY = 340;

  private WordModel() {}

  /** Writes the model into a folder that is not there yet. */
  public static Path write(Path folder) {
    try (Stream<Path> files = Files.list(TINY)) {
      Files.createDirectories(folder);
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
      ObjectMapper json = new ObjectMapper();
      json.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer());
      Path generation = folder.resolve("generation_config.json");
      ObjectNode config = (ObjectNode) json.readTree(generation.toFile());
      json.writeValue(generation.toFile(), config.put("no_repeat_ngram_size", 2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private static ObjectNode tokenizer() {
    ObjectNode json = new ObjectMapper().createObjectNode().put("version", "1.0");
    json.putArray("added_tokens")
        .addObject()
        .put("id", 0)
        .put("content", "<|endoftext|>")
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", true);
    json.putObject("pre_tokenizer").put("type", "WhitespaceSplit");
    ObjectNode model = json.putObject("model").put("type", "WordLevel");
    ObjectNode words = model.put("unk_token", "<|endoftext|>").putObject("vocab");
    words.put("<|endoftext|>", 0);
    for (int id = 1; id < VOCABULARY; id++) {
      words.put("word" + id + ".", id);
    }
    return json;
  }
}
