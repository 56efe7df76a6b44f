package io.atelier.caption;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;

/** The captioners by the name that a setting gives. */
public final class Captioners {
  private Captioners() {}

  /**
   * The captioner of a name.
   *
   * @throws AtelierException BAD_CONFIG for a name that no captioner has
   */
  public static Captioner named(String id) {
    Captioner attributes = new AttributeCaptioner();
    if (attributes.id().equals(id)) {
      return attributes;
    }
    throw new AtelierException(
        ErrorCode.BAD_CONFIG,
        "No captioner is called '" + id + "'; set caption.captioner to '" + attributes.id() + "'.");
  }
}
