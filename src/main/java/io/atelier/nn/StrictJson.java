package io.atelier.nn;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the JSON files of a checkpoint: one object, no duplicate key, nothing after it. */
public final class StrictJson {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /**
   * The object in a file.
   *
   * @throws AtelierException {@link ErrorCode#NOT_FOUND} if there is no such file, {@link
   *     ErrorCode#BAD_CHECKPOINT} if it is not one JSON object
   */
  public static JsonNode object(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new AtelierException(
          ErrorCode.NOT_FOUND,
          file
              + " is missing; a checkpoint is a folder in the layout of the published FLUX.1"
              + " repositories: download it again or correct the path");
    }
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      if (!root.isObject()) {
        throw bad(file, "its JSON is not an object", null);
      }
      return root;
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw bad(file, "line " + line + " is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw bad(file, "it cannot be read: " + e, e);
    }
  }

  private static AtelierException bad(Path file, String problem, Throwable cause) {
    return new AtelierException(
        ErrorCode.BAD_CHECKPOINT, file + ": " + problem + "; download it again", cause);
  }
}
