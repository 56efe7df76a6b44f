package io.atelier.caption;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * A vision model behind an HTTP endpoint that speaks OpenAI's chat completions.
 *
 * @param url base URL, such as {@code https://api.openai.com/v1}; {@code /chat/completions} follows
 * @param model as the endpoint calls it
 * @param prompt what is asked; {@code {class}} stands for the class noun
 * @param maxTokens longest answer, tokens
 * @param temperature 0 for the same answer every time
 * @param body a JSON object merged into the body of every request; null takes a key out
 * @param imageSize the picture is downscaled to about this many pixels squared, never enlarged
 * @param concurrency requests in flight at once from one JVM
 * @param timeout longest wait for one whole answer
 */
public record EndpointConfig(
    URI url,
    String model,
    ApiKey key,
    String prompt,
    int maxTokens,
    double temperature,
    String body,
    int imageSize,
    int concurrency,
    Duration timeout,
    Retry retry,
    Prices prices)
    implements CaptionerConfig {
  /** What is asked unless the settings say otherwise. */
  public static final String PROMPT =
      "Describe this photo in one sentence of at most 40 words. Call the subject \"the {class}\". Say"
          + " what may differ in another photo: framing, pose, expression, clothes, place, light and"
          + " colours. Leave out what stays the same, such as face, hair, age and body, and any text.";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  /**
   * When a request is made again: after a timeout, a broken connection, status 408, 425, 429 or
   * 5xx, or an answer that is no chat completion.
   *
   * @param attempts requests for one photo in all, at least 1
   * @param firstWait before the second request; doubles from one to the next, and each wait is
   *     drawn from its upper half. A longer {@code Retry-After} of the endpoint wins.
   */
  public record Retry(int attempts, Duration firstWait) implements Serializable {}

  /** Prices of a million tokens, in whatever currency. */
  public record Prices(double prompt, double completion) implements Serializable {
    double of(long promptTokens, long completionTokens) {
      return (promptTokens * prompt + completionTokens * completion) / 1e6;
    }
  }

  /** Checked. */
  public EndpointConfig {
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web || url.getHost() == null || url.getUserInfo() != null || url.getQuery() != null) {
      throw bad(
          "The caption endpoint's URL must be http:// or https:// with a host, without a user, a"
              + " password or a query: set caption.endpoint_url to the base, such as"
              + " https://api.openai.com/v1, and caption.endpoint_key_env for the key.");
    }
    parsed(body);
  }

  @Override
  public String captioner() {
    return "endpoint";
  }

  @Override
  public String revision() {
    return model;
  }

  @Override
  public String parameters() {
    Map<?, ?> sorted = JSON.convertValue(request().put("image_size", imageSize), Map.class);
    try {
      return JSON.writeValueAsString(sorted);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean keepsAnswers() {
    return true;
  }

  @Override
  public boolean computes() {
    return false;
  }

  @Override
  public Captioner open(String device, int threads) {
    return EndpointCaptioner.open(this);
  }

  /** The body of a request but for the model and the messages. */
  ObjectNode request() {
    ObjectNode request = JSON.createObjectNode();
    request.put("max_tokens", maxTokens).put("temperature", temperature);
    parsed(body)
        .fields()
        .forEachRemaining(
            field -> {
              if (field.getValue().isNull()) {
                request.remove(field.getKey());
              } else {
                request.set(field.getKey(), field.getValue());
              }
            });
    return request;
  }

  /** Where requests go. */
  URI target() {
    return URI.create(url.toString().replaceAll("/+$", "") + "/chat/completions");
  }

  private static JsonNode parsed(String body) {
    try {
      JsonNode object = JSON.readTree(body);
      if (object.isObject()) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw bad("caption.endpoint_body is no JSON: " + e.getOriginalMessage());
    }
    throw bad("caption.endpoint_body is no JSON object; write one such as {\"seed\": 7}.");
  }

  private static AtelierException bad(String message) {
    return new AtelierException(ErrorCode.BAD_CONFIG, message);
  }
}
