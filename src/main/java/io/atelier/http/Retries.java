package io.atelier.http;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.ThreadLocalRandom;

/** When a request is worth another try, and how long to wait before it (RFC 9110). */
public final class Retries {
  private Retries() {}

  /** Whether a status says that the same request may succeed later: 408, 425, 429 and 5xx. */
  public static boolean mayPass(int status) {
    return status == 408 || status == 425 || status == 429 || status >= 500;
  }

  /** What the header Retry-After asks for, in seconds or as a date; zero without one. */
  public static Duration asked(HttpResponse<?> response) {
    String value = response.headers().firstValue("Retry-After").orElse("0").strip();
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), then);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeParseException unreadable) {
      return Duration.ZERO;
    }
  }

  /**
   * Sleeps before the next attempt: {@code first} doubled from one to the next, drawn from the
   * upper half so that clients do not come back together.
   *
   * @param attempt how many were made, from 1
   * @param longest of the doubled waits
   * @param asked a longer one wins
   */
  public static void pause(Duration first, int attempt, Duration longest, Duration asked)
      throws InterruptedException {
    double doubled = Math.min(first.toMillis() * Math.pow(2, attempt - 1), longest.toMillis());
    long own = (long) (doubled * (0.5 + ThreadLocalRandom.current().nextDouble() / 2));
    Thread.sleep(Math.max(own, asked.toMillis()));
  }
}
