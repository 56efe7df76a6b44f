package io.atelier.caption;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/**
 * The key of an endpoint. Its text leaves this class only for the header of a request: printed, it
 * is stars, and {@link #redact} takes it out of what an endpoint sends back.
 */
public final class ApiKey implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String STARS = "***";

  /** No key: for endpoints that ask for none. */
  public static final ApiKey NONE = new ApiKey("");

  private final String value;

  private ApiKey(String value) {
    this.value = value;
  }

  /**
   * The key in an environment variable, without spaces around it.
   *
   * @param variable the variable's name; empty for {@link #NONE}
   * @throws AtelierException BAD_CONFIG if the variable is not set, empty or no header could hold
   *     it
   */
  public static ApiKey of(Optional<String> variable, Map<String, String> environment) {
    if (variable.isEmpty()) {
      return NONE;
    }
    String value = environment.getOrDefault(variable.get(), "").strip();
    if (value.isEmpty()) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "The environment variable "
              + variable.get()
              + " holds no key for the caption endpoint; set it, or set caption.endpoint_key_env to"
              + " the variable that does.");
    }
    if (!value.matches("[\\x21-\\x7E]+")) {
      throw new AtelierException(
          ErrorCode.BAD_CONFIG,
          "The key in the environment variable "
              + variable.get()
              + " has spaces, line ends or letters outside ASCII, which no header can hold; copy the"
              + " key again.");
    }
    return new ApiKey(value);
  }

  /** The value of the header {@code Authorization}; empty if there is no key. */
  Optional<String> authorization() {
    return value.isEmpty() ? Optional.empty() : Optional.of("Bearer " + value);
  }

  /** The text with the key, where it has it, replaced by stars. */
  String redact(String text) {
    return value.isEmpty() ? text : text.replace(value, STARS);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ApiKey key && key.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return STARS;
  }
}
