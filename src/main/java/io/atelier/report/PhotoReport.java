package io.atelier.report;

import java.util.List;

/**
 * One photo that came in.
 *
 * @param source where it came from, e.g. a file name
 * @param accepted the verdict
 * @param reasons every reason; those of an accepted photo are shown as warnings
 * @param caption what training read, null if there is none
 * @param image the photo or a small copy of it; null if there is none to show
 */
public record PhotoReport(
    String source, boolean accepted, List<ReasonReport> reasons, String caption, ImageBytes image) {

  /** Copies the list. */
  public PhotoReport {
    reasons = List.copyOf(reasons);
  }
}
