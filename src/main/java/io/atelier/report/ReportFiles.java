package io.atelier.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * What was written.
 *
 * @param pages HTML pages, the first one included
 * @param images images written under {@code img/}
 * @param unreadable one line for every image that could not be shown
 */
public record ReportFiles(int pages, int images, List<String> unreadable) {
  /** Name of the first page. */
  public static final String INDEX = "index.html";

  /** Name of the page on curation. */
  public static final String CURATION = "curation.html";

  /** Name of the contact sheet. */
  public static final String CONTACT_SHEET = "contact-sheet.png";

  ReportFiles and(ReportFiles others) {
    return new ReportFiles(
        pages + others.pages,
        images + others.images,
        Stream.concat(unreadable.stream(), others.unreadable.stream()).toList());
  }
}
