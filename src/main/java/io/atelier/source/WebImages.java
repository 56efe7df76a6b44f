package io.atelier.source;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.http.Retries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Fetches {@code http} and {@code https} addresses; every failure names its reason. */
public final class WebImages {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  private final Limits limits;

  /**
   * How long and how often to try.
   *
   * @param timeout for one attempt, to the last byte
   * @param attempts at one address; 408, 425, 429, 5xx and broken connections are tried again
   * @param firstWait before the second attempt, doubled from one to the next, at most 30 s; a
   *     longer Retry-After wins
   * @param maxBytes a larger body is given up
   */
  public record Limits(Duration timeout, int attempts, Duration firstWait, long maxBytes)
      implements Serializable {}

  /** Fetching within limits. */
  public WebImages(Limits limits) {
    this.limits = limits;
  }

  /**
   * The bytes at an address.
   *
   * @throws AtelierException BAD_INPUT with the status or the failure of the last attempt
   */
  public byte[] fetch(String address) {
    HttpRequest request = request(address);
    for (int attempt = 1; ; attempt++) {
      Attempt result = attempt(request);
      if (result.bytes() != null) {
        return result.bytes();
      }
      boolean last = attempt == limits.attempts();
      if (!result.again() || last || result.retryAfter().compareTo(LONGEST_WAIT) > 0) {
        throw new AtelierException(
            ErrorCode.BAD_INPUT,
            "%s could not be fetched: %s (attempt %d of %d)."
                .formatted(address, result.problem(), attempt, limits.attempts()));
      }
      sleep(result.retryAfter(), attempt);
    }
  }

  /** Whether an address is one of the web. */
  public static boolean isWeb(String address) {
    String start = address.substring(0, Math.min(8, address.length())).toLowerCase(Locale.ROOT);
    return start.startsWith("http://") || start.equals("https://");
  }

  private record Attempt(byte[] bytes, String problem, boolean again, Duration retryAfter) {
    static Attempt failed(String problem, boolean again) {
      return new Attempt(null, problem, again, Duration.ZERO);
    }
  }

  private static HttpRequest request(String address) {
    try {
      return HttpRequest.newBuilder(new URI(address.strip())).header("Accept", "image/*").build();
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, "'" + address + "' is no web address: " + e.getMessage() + ".", e);
    }
  }

  private Attempt attempt(HttpRequest request) {
    CompletableFuture<HttpResponse<byte[]>> exchange =
        HTTP.sendAsync(request, response -> new Limited(limits.maxBytes()));
    try {
      return judge(exchange.get(limits.timeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Attempt.failed("no answer within " + limits.timeout().toMillis() + " ms", true);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TooLarge) {
        return Attempt.failed("it is larger than " + limits.maxBytes() + " bytes", false);
      }
      return Attempt.failed(String.valueOf(e.getCause()), e.getCause() instanceof IOException);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      exchange.cancel(true);
    }
  }

  private static Attempt judge(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status == 200) {
      return new Attempt(response.body(), null, false, Duration.ZERO);
    }
    return new Attempt(null, "status " + status, Retries.mayPass(status), Retries.asked(response));
  }

  private void sleep(Duration asked, int attempt) {
    try {
      Retries.pause(limits.firstWait(), attempt, LONGEST_WAIT, asked);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static AtelierException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new AtelierException(ErrorCode.INTERNAL, "Interrupted while images were fetched.", e);
  }

  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Gathers a body and lets go of it when it grows too large. */
  private static final class Limited implements HttpResponse.BodySubscriber<byte[]> {
    private final long most;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.Subscription subscription;

    Limited(long most) {
      this.most = most;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription stream) {
      subscription = stream;
      stream.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      for (ByteBuffer buffer : buffers) {
        if (bytes.size() + (long) buffer.remaining() > most) {
          subscription.cancel();
          body.completeExceptionally(new TooLarge());
          return;
        }
        byte[] part = new byte[buffer.remaining()];
        buffer.get(part);
        bytes.writeBytes(part);
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes.toByteArray());
    }
  }
}
