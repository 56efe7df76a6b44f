package io.atelier.worker;

import java.io.Serializable;

/**
 * How a request ended.
 *
 * @param uri PNG, relative to the lake's root; null if it failed
 * @param reason why it failed; null if it did not
 * @param seconds its share of the batch's wall time
 */
public record RenderedImage(
    String requestId,
    String batchId,
    String uri,
    String sha256,
    String pixelSha256,
    Long bytes,
    Integer width,
    Integer height,
    String reason,
    String device,
    double seconds)
    implements PersonalFile<RenderedImage>, Serializable {

  /** An image that was not made. */
  public static RenderedImage failed(
      String requestId, String batchId, String reason, String device, double seconds) {
    return new RenderedImage(
        requestId, batchId, null, null, null, null, null, null, reason, device, seconds);
  }

  @Override
  public RenderedImage without(String why) {
    return failed(requestId, batchId, why, device, seconds);
  }
}
