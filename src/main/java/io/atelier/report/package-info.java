/**
 * A run as a folder that a person can open: {@code index.html}, pictures under {@code img/}, and
 * {@code contact-sheet.png}.
 *
 * <p>{@link io.atelier.report.ReportPages} writes it from plain records; where they come from is
 * not known here. The same input gives the same files.
 */
package io.atelier.report;
