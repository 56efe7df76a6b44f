package io.atelier.caption;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.http.Retries;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Sends requests to one endpoint: so many at once, again after a failure that may pass, and no more
 * after failures in a row that say that it will not.
 */
final class EndpointClient {
  private static final int DOWN_AFTER = 10;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private final EndpointConfig config;
  private final HttpClient http;
  private final Semaphore permits;
  private final AtomicInteger failuresInARow = new AtomicInteger();

  EndpointClient(EndpointConfig config) {
    this.config = config;
    // HTTP/1.1: the upgrade to HTTP/2 that Java offers on plain connections confuses some servers.
    // Redirects are refused: the key must not go where nobody sent it.
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(config.timeout())
            .build();
    this.permits = new Semaphore(config.concurrency());
  }

  /** One try: an answer, or why there is none and whether another try makes sense. */
  private record Attempt(Answer answer, String problem, Duration retryAfter) {
    static Attempt answered(Answer answer) {
      return new Attempt(answer, null, null);
    }

    static Attempt again(String problem, Duration retryAfter) {
      return new Attempt(null, problem, retryAfter);
    }
  }

  /**
   * The answer to one request.
   *
   * @param body made once the request may go out, so that waiting ones hold no pictures
   * @throws AtelierException PHOTO_REFUSED if the endpoint refused what the request contains,
   *     NO_CAPTION if it gave no answer in all attempts; BAD_ENDPOINT if it lets nobody in,
   *     ENDPOINT_UNAVAILABLE if it seems to be down
   */
  Answer ask(Supplier<String> body) {
    try {
      permits.acquire();
      try {
        Answer answer = attempts(body.get());
        failuresInARow.set(0);
        return answer;
      } finally {
        permits.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AtelierException(ErrorCode.INTERNAL, "Interrupted while an endpoint answered.", e);
    }
  }

  private Answer attempts(String body) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      Attempt result = attempt(body, attempt);
      if (result.answer() != null) {
        return result.answer();
      }
      boolean tooLong = result.retryAfter().compareTo(LONGEST_WAIT) > 0;
      if (attempt == config.retry().attempts() || tooLong) {
        String why = result.problem() + " after " + attempt + " of " + config.retry().attempts();
        throw failure(why + " attempts");
      }
      Retries.pause(config.retry().firstWait(), attempt, LONGEST_WAIT, result.retryAfter());
    }
  }

  private Attempt attempt(String body, int number) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        http.sendAsync(request(body), HttpResponse.BodyHandlers.ofByteArray());
    try {
      // The request's own timeout ends with the response's headers; this one holds to the last
      // byte.
      return judge(exchange.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS), number);
    } catch (TimeoutException e) {
      return Attempt.again(
          "no answer within " + config.timeout().toSeconds() + " s", Duration.ZERO);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException broken) {
        String name = broken.getClass().getSimpleName();
        return Attempt.again(
            broken.getMessage() == null ? name : name + ": " + broken.getMessage(), Duration.ZERO);
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      exchange.cancel(true);
    }
  }

  private HttpRequest request(String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(config.target())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    config.key().authorization().ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  private Attempt judge(HttpResponse<byte[]> response, int number) {
    int status = response.statusCode();
    if (status == 200) {
      Optional<Answer> answer = ChatReply.answer(response.body(), config, number);
      return answer
          .map(Attempt::answered)
          .orElseGet(() -> Attempt.again("status 200 with " + said(response), Duration.ZERO));
    }
    String problem = "status " + status + ": " + said(response);
    if (Retries.mayPass(status)) {
      return Attempt.again(problem, Retries.asked(response));
    }
    if (status == 400 || status == 413 || status == 415 || status == 422) {
      throw new AtelierException(
          ErrorCode.PHOTO_REFUSED, "The caption endpoint refused this photo with " + problem + ".");
    }
    throw new AtelierException(
        ErrorCode.BAD_ENDPOINT,
        "The caption endpoint "
            + config.url()
            + " refuses requests with "
            + problem
            + ". Check caption.endpoint_url, caption.endpoint_model and the key that"
            + " caption.endpoint_key_env names.");
  }

  private String said(HttpResponse<byte[]> response) {
    return ChatReply.excerpt(response.body(), config.key());
  }

  /** This photo's failure; the whole endpoint's if there were as many in a row. */
  private AtelierException failure(String problem) {
    if (failuresInARow.incrementAndGet() < DOWN_AFTER) {
      return new AtelierException(
          ErrorCode.NO_CAPTION,
          "The caption endpoint gave no caption for this photo: " + problem + ".");
    }
    return new AtelierException(
        ErrorCode.ENDPOINT_UNAVAILABLE,
        "The caption endpoint "
            + config.url()
            + " gave no caption for the last "
            + DOWN_AFTER
            + " photos: "
            + problem
            + ". Photos that have an answer keep it; run again when the endpoint works.");
  }
}
