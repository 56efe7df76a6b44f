package io.atelier.report;

/**
 * Where a report stops growing. Nothing is dropped in silence: each limit leaves a line that says
 * how many there are.
 *
 * @param subjectsOnOnePage above this, every subject has a page of its own
 * @param sheetSubjects rows of contact-sheet.png
 * @param sheetLooks columns of contact-sheet.png
 * @param listedFailures failures spelled out on the first page
 */
public record ReportLimits(
    int subjectsOnOnePage, int sheetSubjects, int sheetLooks, int listedFailures) {

  /** 50 subjects on one page, a sheet of 24 x 12, 200 failures. */
  public static final ReportLimits DEFAULT = new ReportLimits(50, 24, 12, 200);
}
