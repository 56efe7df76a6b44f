package io.atelier.report;

/**
 * One picture that was asked for.
 *
 * @param pack name of the style pack
 * @param look name of the look inside it
 * @param reason why it failed or was not allowed; null if neither
 * @param likeness how like the person it is, -1 to 1; null if nobody has measured it
 * @param image the picture; null unless the outcome is DONE
 */
public record PictureReport(
    String pack,
    String look,
    long seed,
    String prompt,
    Outcome outcome,
    String reason,
    Double likeness,
    ImageBytes image) {

  /** For comparing pictures of one look: without a likeness they are equal. */
  double goodness() {
    return likeness == null ? -1 : likeness;
  }

  boolean shows(LookReport column) {
    return pack.equals(column.pack()) && look.equals(column.look());
  }
}
