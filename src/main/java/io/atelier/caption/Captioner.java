package io.atelier.caption;

import io.atelier.error.AtelierException;

/**
 * Describes photos in words. A caption names what changes from photo to photo (framing, light,
 * colours, pose, place) and leaves out the fixed traits of the subject, which the adapter learns.
 */
public interface Captioner extends AutoCloseable {

  /**
   * What there is to say of one photo, without a trigger token.
   *
   * @throws AtelierException if this photo got no answer; with BAD_ENDPOINT, ENDPOINT_UNAVAILABLE,
   *     BAD_CHECKPOINT or NO_DEVICE if no other photo would get one either
   */
  Answer describe(Photo photo);

  /** How many threads may usefully call {@link #describe} at once. */
  int concurrency();

  @Override
  void close();
}
