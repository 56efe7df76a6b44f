package io.atelier.report;

import java.util.List;

/**
 * What was written.
 *
 * @param pages HTML pages, the first one included
 * @param images different images under {@code img/}
 * @param unreadable one line for every image that could not be shown
 */
public record ReportFiles(int pages, int images, List<String> unreadable) {
  /** Name of the first page. */
  public static final String INDEX = "index.html";

  /** Name of the contact sheet. */
  public static final String CONTACT_SHEET = "contact-sheet.png";
}
