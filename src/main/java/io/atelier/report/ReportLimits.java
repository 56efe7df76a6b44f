package io.atelier.report;

/**
 * Where a report stops growing. Nothing is dropped in silence: each limit on what is listed leaves
 * a line that says how many there are.
 *
 * @param subjectsOnOnePage above this, every subject has a page of its own
 * @param subjects subjects that are shown
 * @param photos accepted photos of a subject that are shown, and as many refused ones
 * @param sheetSubjects rows of contact-sheet.png
 * @param sheetLooks columns of contact-sheet.png
 * @param listedFailures failures spelled out on the first page
 * @param curvePoints points of a training's curve, 2 or more, each of which stands for its share of
 *     the steps; the chart has two pixels for each of 240
 */
public record ReportLimits(
    int subjectsOnOnePage,
    int subjects,
    int photos,
    int sheetSubjects,
    int sheetLooks,
    int listedFailures,
    int curvePoints) {

  /**
   * 50 subjects on one page, 1000 in all with 100 photos each, a sheet of 24 x 12, 200 failures,
   * curves of 240 points.
   */
  public static final ReportLimits DEFAULT = new ReportLimits(50, 1000, 100, 24, 12, 200, 240);
}
