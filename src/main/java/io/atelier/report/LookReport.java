package io.atelier.report;

/**
 * One column of the contact sheet.
 *
 * @param pack name of the style pack
 * @param look name of the look inside it
 */
public record LookReport(String pack, String look) {}
