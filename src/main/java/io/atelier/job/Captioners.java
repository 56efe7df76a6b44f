package io.atelier.job;

import io.atelier.caption.ApiKey;
import io.atelier.caption.AttributesConfig;
import io.atelier.caption.CaptionerConfig;
import io.atelier.caption.EndpointConfig;
import io.atelier.caption.OnnxConfig;
import io.atelier.caption.TaggerConfig;
import io.atelier.config.CaptionSettings;
import io.atelier.error.AtelierException;
import io.atelier.provenance.Hashes;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The captioner that the settings name. */
final class Captioners {
  private static final int VERSION_DIGITS = 16;

  private Captioners() {}

  /** Without the endpoint's key: good for knowing which captions are its own. */
  static CaptionerConfig of(CaptionSettings settings) {
    return config(settings, ApiKey.NONE);
  }

  /**
   * With the endpoint's key: good for asking.
   *
   * @throws AtelierException BAD_CONFIG if the key is not in the environment
   */
  static CaptionerConfig ready(CaptionSettings settings, Map<String, String> environment) {
    boolean endpoint = settings.captioner().equals("endpoint");
    return config(
        settings, endpoint ? ApiKey.of(settings.endpointKeyEnv(), environment) : ApiKey.NONE);
  }

  private static CaptionerConfig config(CaptionSettings settings, ApiKey key) {
    return switch (settings.captioner()) {
      case "endpoint" -> endpoint(settings, key);
      case "onnx" ->
          OnnxConfig.of(
              Path.of(settings.onnxFolder().orElseThrow()),
              settings.prompt().orElse(OnnxConfig.PROMPT),
              settings.onnxBeams(),
              settings.maxTokens());
      case "tagger" -> TaggerConfig.of(Path.of(settings.taggerFolder().orElseThrow()));
      default -> new AttributesConfig();
    };
  }

  private static EndpointConfig endpoint(CaptionSettings settings, ApiKey key) {
    return new EndpointConfig(
        URI.create(settings.endpointUrl().orElseThrow()),
        settings.endpointModel().orElseThrow(),
        key,
        settings.prompt().orElse(EndpointConfig.PROMPT),
        settings.maxTokens(),
        settings.endpointTemperature(),
        settings.endpointBody().orElse("{}"),
        settings.endpointImageSize(),
        settings.endpointConcurrency(),
        Duration.ofSeconds(settings.endpointTimeout()),
        new EndpointConfig.Retry(
            settings.endpointAttempts(),
            Duration.ofMillis(Math.round(1000 * settings.endpointFirstWait()))),
        new EndpointConfig.Prices(settings.endpointPromptPrice(), settings.endpointAnswerPrice()));
  }

  /** Changes with everything that changes a caption, but for the photo and its subject. */
  static String version(CaptionerConfig config) {
    return config.keepsAnswers()
        ? Hashes.ofFields(
                "captioner",
                config.captioner(),
                config.revision(),
                config.prompt(),
                config.parameters())
            .substring(0, VERSION_DIGITS)
        : config.revision();
  }
}
