package io.atelier.report;

/**
 * One picture that was asked for.
 *
 * @param pack name of the style pack
 * @param look name of the look inside it
 * @param reason why it failed or was not allowed; null if neither
 * @param image the picture; null unless the outcome is DONE
 */
public record PictureReport(
    String pack,
    String look,
    long seed,
    String prompt,
    Outcome outcome,
    String reason,
    ImageBytes image) {

  boolean shows(LookReport column) {
    return pack.equals(column.pack()) && look.equals(column.look());
  }
}
