package io.atelier.image;

import java.util.List;
import java.util.Optional;

/**
 * The verdict on one file. Every file gets one, readable or not.
 *
 * @param sha256 identity of the bytes
 * @param byteCount length of the file
 * @param header what the file says about its picture; empty when it is not even that readable
 * @param orientation EXIF orientation tag that was applied, 1 when there was none
 * @param metrics the measurements; empty when the picture could not be decoded
 * @param reasons every reason against the photo, in the order of {@link ReasonCode}
 */
public record Measured(
    String sha256,
    long byteCount,
    Optional<Header> header,
    int orientation,
    Optional<Metrics> metrics,
    List<Reason> reasons) {

  /** Whether nothing refuses the photo; warnings do not. */
  public boolean accepted() {
    return reasons.stream().noneMatch(Reason::rejects);
  }

  /** The reasons that refuse the photo; empty when it is accepted. */
  public List<Reason> rejections() {
    return reasons.stream().filter(Reason::rejects).toList();
  }

  /** The reasons that only mark it. */
  public List<Reason> warnings() {
    return reasons.stream().filter(reason -> !reason.rejects()).toList();
  }
}
