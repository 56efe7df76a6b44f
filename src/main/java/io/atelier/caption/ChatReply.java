package io.atelier.caption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The body of a chat completion, as OpenAI defines it. */
final class ChatReply {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EXCERPT = 200;

  private ChatReply() {}

  /** What the first choice says; empty if the body is no chat completion. */
  static Optional<Answer> answer(byte[] body, EndpointConfig config, int requests) {
    JsonNode reply = parsed(body);
    JsonNode choice = reply.path("choices").path(0);
    JsonNode message = choice.path("message");
    if (!message.isObject()) {
      return Optional.empty();
    }
    JsonNode usage = reply.path("usage");
    long prompt = Math.max(0, usage.path("prompt_tokens").asLong());
    long completion = Math.max(0, usage.path("completion_tokens").asLong());
    return Optional.of(
        new Answer(
            text(message),
            !choice.path("finish_reason").asText().equals("length"),
            reply.path("model").asText(config.model()),
            prompt,
            completion,
            config.prices().of(prompt, completion),
            requests));
  }

  /** The content as a string or as parts; a model that declined may say so beside it. */
  private static String text(JsonNode message) {
    JsonNode content = message.path("content");
    String text =
        content.isArray()
            ? StreamSupport.stream(content.spliterator(), false)
                .map(part -> part.path("text").asText())
                .collect(Collectors.joining())
            : content.asText("");
    return text.isBlank() ? message.path("refusal").asText("") : text;
  }

  /** One line of what a body says, at most 200 characters, without the key. */
  static String excerpt(byte[] body, ApiKey key) {
    JsonNode error = parsed(body).path("error");
    String said =
        error.isTextual()
            ? error.asText()
            : error.path("message").asText(new String(body, StandardCharsets.UTF_8));
    String line = key.redact(said).replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    if (line.isEmpty()) {
      return "an empty body";
    }
    return line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + "...";
  }

  private static JsonNode parsed(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException noJson) {
      return JSON.missingNode();
    }
  }
}
