package io.atelier.job;

import io.atelier.style.RenderRequest;

/**
 * A picture that a pack asks for.
 *
 * @param refusal why it must not be made; null if it may be
 */
record PlannedRequest(RenderRequest request, String refusal) {
  /** Of one picture in two packs, one that may be made. */
  static PlannedRequest permitted(PlannedRequest one, PlannedRequest other) {
    return one.refusal() == null ? one : other;
  }
}
