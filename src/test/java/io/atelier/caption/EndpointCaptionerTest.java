package io.atelier.caption;

import static io.atelier.testing.VisionServer.after;
import static io.atelier.testing.VisionServer.breaksOff;
import static io.atelier.testing.VisionServer.says;
import static io.atelier.testing.VisionServer.stalls;
import static io.atelier.testing.VisionServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.image.Decoder;
import io.atelier.image.Rgb;
import io.atelier.testing.VisionServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real server on the loopback address. */
class EndpointCaptionerTest {
  private static final String SECRET = "sk-very-secret-4711";
  private static final ApiKey KEY = ApiKey.of(Optional.of("K"), Map.of("K", " " + SECRET + "\n"));
  private static final Attributes ATTRIBUTES =
      new Attributes("man", 900, 600, 1, 0.2, 0.5, 0.2, "red", List.of("red"));

  private final VisionServer server = new VisionServer(says("A man in a red coat."));

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void sendsThePromptAndASmallPictureAndRecordsTokensAndCost() {
    Answer answer = describe(config(8, 1));

    assertThat(answer.text()).isEqualTo("A man in a red coat.");
    assertThat(answer.complete()).isTrue();
    assertThat(answer.model()).isEqualTo("small-2026");
    assertThat(answer.promptTokens()).isEqualTo(400);
    assertThat(answer.completionTokens()).isEqualTo(30);
    assertThat(answer.cost()).isCloseTo((400 * 0.15 + 30 * 0.6) / 1e6, within(1e-12));
    assertThat(answer.requests()).isEqualTo(1);
    VisionServer.Request request = server.requests().get(0);
    assertThat(request.authorization()).isEqualTo("Bearer " + SECRET);
    assertThat(request.prompt()).isEqualTo("Describe the man.");
    assertThat(request.body().path("model").asText()).isEqualTo("small");
    assertThat(request.body().path("seed").asInt()).isEqualTo(7);
    assertThat(request.body().path("max_completion_tokens").asInt()).isEqualTo(64);
    assertThat(request.body().has("max_tokens")).isFalse();
    assertThat(request.body().path("temperature").asDouble(-1)).isZero();
    Rgb sent = Decoder.decode(request.jpeg(), 1_000_000).pixels();
    assertThat(sent.width() * sent.height()).isBetween(63 * 63, 64 * 64);
    assertThat((double) sent.width() / sent.height()).isCloseTo(1.5, within(0.05));
    assertThat(new String(request.jpeg(), StandardCharsets.ISO_8859_1)).doesNotContain("Exif");
  }

  @Test
  void asksAgainAfterEveryFailureThatMayPass() {
    server.script(
        status(500, "oops"),
        status(429, "slow down", Map.of("Retry-After", "1")),
        status(200, "no JSON <html>"),
        status(200, "{\"choices\": []}"),
        status(200, ""),
        breaksOff(),
        after(1500, says("too late")),
        stalls(1500),
        status(503, "{\"error\": {\"message\": \"overloaded\"}}"));
    long start = System.nanoTime();
    Answer answer = describe(config(10, 1));
    assertThat(answer.text()).isEqualTo("A man in a red coat.");
    assertThat(answer.requests()).isEqualTo(10);
    assertThat(server.requests()).hasSize(10);
    // Retry-After, and two timeouts of a second.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(3));
  }

  @Test
  void givesUpAfterTheLastAttemptAndSaysWhy() {
    server.usually(status(503, "{\"error\": {\"message\": \"no GPU is\\n free\"}}"));
    assertThatThrownBy(() -> describe(config(3, 1)))
        .isInstanceOfSatisfying(AtelierException.class, e -> is(e, ErrorCode.NO_CAPTION))
        .hasMessageContaining("status 503: no GPU is free after 3 of 3 attempts");
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void doesNotWaitForHoursThoughTheEndpointAsksForIt() {
    server.usually(status(429, "quota", Map.of("Retry-After", "7200")));
    assertThatThrownBy(() -> describe(config(5, 1))).hasMessageContaining("after 1 of 5 attempts");
    server.usually(status(429, "x", Map.of("Retry-After", "Wed, 01 Jan 2200 00:00:00 GMT")));
    assertThatThrownBy(() -> describe(config(5, 1))).hasMessageContaining("after 1 of 5 attempts");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 422})
  void aRequestThatIsRefusedIsThatPhotosFailureAtOnceHoweverManyThereAre(int status) {
    EndpointConfig config = config(5, 1);
    server.usually(status(status, "{\"error\": \"cannot read the picture\"}"));
    for (int photo = 0; photo < 12; photo++) {
      assertThatThrownBy(() -> describe(config))
          .isInstanceOfSatisfying(AtelierException.class, e -> is(e, ErrorCode.PHOTO_REFUSED))
          .hasMessageContaining("status " + status + ": cannot read the picture");
    }
    server.usually(says("A man."));
    assertThat(describe(config).requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 302})
  void anEndpointThatRefusesEverythingEndsTheStageWithoutTellingTheKey(int status) {
    String echo = "x".repeat(190) + " Bearer " + SECRET + " is wrong";
    server.usually(status(status, echo, Map.of("Location", server.url() + "/elsewhere")));
    Throwable failure = catchThrowable(() -> describe(config(5, 1)));
    assertThat(failure)
        .isInstanceOfSatisfying(AtelierException.class, e -> is(e, ErrorCode.BAD_ENDPOINT))
        .hasMessageContaining(server.url().toString())
        .hasMessageContaining("caption.endpoint_key_env")
        .hasMessageNotContaining("sk-");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void neverTellsTheKey() {
    EndpointConfig config = config(1, 1);
    server.usually(status(500, "got the key " + SECRET));
    assertThatThrownBy(() -> describe(config)).hasMessageContaining("got the key ***");
    assertThat(config.toString() + config.key() + config.parameters()).doesNotContain("secret");
    Map<String, String> broken = Map.of("K", SECRET + "\n" + SECRET);
    assertThatThrownBy(() -> ApiKey.of(Optional.of("K"), broken))
        .hasMessageContaining("variable K")
        .hasMessageNotContaining("sk-");
    assertThatThrownBy(() -> ApiKey.of(Optional.of("VISION_KEY"), Map.of()))
        .isInstanceOfSatisfying(AtelierException.class, e -> is(e, ErrorCode.BAD_CONFIG))
        .hasMessageContaining("VISION_KEY");
  }

  @Test
  void sendsNoKeyWhereNoneIsNamed() {
    EndpointConfig open = config(server.url(), ApiKey.of(Optional.empty(), Map.of()), 1, 1);
    describe(open);
    assertThat(server.requests().get(0).authorization()).isNull();
  }

  @Test
  void anEndpointThatIsDownEndsTheStageAfterTenPhotos() {
    EndpointConfig config = config(2, 1);
    server.close();
    for (int photo = 1; photo < 10; photo++) {
      assertThatThrownBy(() -> describe(config))
          .isInstanceOfSatisfying(AtelierException.class, e -> is(e, ErrorCode.NO_CAPTION));
    }
    assertThatThrownBy(() -> describe(config))
        .isInstanceOfSatisfying(AtelierException.class, e -> is(e, ErrorCode.ENDPOINT_UNAVAILABLE))
        .hasMessageContaining("the last 10 photos");
  }

  @Test
  void hasNoMoreRequestsInFlightThanAllowed() throws Exception {
    server.usually(after(50, says("A man in a red coat.")));
    EndpointConfig config = config(1, 3);
    ExecutorService threads = Executors.newFixedThreadPool(12);
    List<Future<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      answers.add(threads.submit(() -> describe(config)));
    }
    for (Future<Answer> answer : answers) {
      assertThat(answer.get().requests()).isEqualTo(1);
    }
    threads.shutdown();
    assertThat(server.mostInFlight()).isEqualTo(3);
  }

  @Test
  void takesWhatTheModelSaidAsItIs() {
    server.script(
        says(""),
        says("A man in a red coat who is", "length"),
        status(
            200,
            "{\"choices\": [{\"message\": {\"content\": null, \"refusal\": \"I'm sorry, no.\"}}]}"),
        status(
            200,
            "{\"choices\": [{\"message\": {\"content\":"
                + " [{\"type\": \"text\", \"text\": \"A man\"}, {\"text\": \" outside.\"}]}}]}"));
    EndpointConfig config = config(1, 1);
    assertThat(describe(config).text()).isEmpty();
    assertThat(describe(config).complete()).isFalse();
    Answer refusal = describe(config);
    assertThat(CleanCaption.of(refusal.text(), true).problem()).contains(CaptionProblem.REFUSAL);
    assertThat(refusal.model()).isEqualTo("small");
    assertThat(refusal.cost()).isZero();
    assertThat(describe(config).text()).isEqualTo("A man outside.");
  }

  @Test
  void refusesAnAddressThatCannotBeOne() {
    for (String url : List.of("ftp://host/v1", "host:8000", "http://user:pw@host/v1", "/v1")) {
      assertThatThrownBy(() -> config(URI.create(url), KEY, 1, 1))
          .isInstanceOfSatisfying(AtelierException.class, e -> is(e, ErrorCode.BAD_CONFIG))
          .hasMessageContaining("caption.endpoint_url")
          .hasMessageNotContaining("pw");
    }
  }

  private static void is(AtelierException e, ErrorCode code) {
    assertThat(e.code()).isEqualTo(code);
  }

  private static Answer describe(EndpointConfig config) {
    Rgb picture = new Rgb(new byte[3 * 900 * 600], 900, 600);
    try (Captioner captioner = config.open("cpu", 1)) {
      return captioner.describe(new Photo(ATTRIBUTES, config.prompt("man"), () -> picture));
    }
  }

  private EndpointConfig config(int attempts, int concurrency) {
    return config(server.url(), KEY, attempts, concurrency);
  }

  private static EndpointConfig config(URI url, ApiKey key, int attempts, int concurrency) {
    return new EndpointConfig(
        url,
        "small",
        key,
        "Describe the {class}.",
        128,
        0,
        "{\"max_tokens\": null, \"max_completion_tokens\": 64, \"seed\": 7}",
        64,
        concurrency,
        Duration.ofSeconds(1),
        new EndpointConfig.Retry(attempts, Duration.ofMillis(1)),
        new EndpointConfig.Prices(0.15, 0.6));
  }
}
