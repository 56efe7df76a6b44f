package io.atelier.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers for people; the same text on every machine. */
final class Numbers {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private Numbers() {}

  /**
   * Whole numbers with separators, others with at least three significant digits and one decimal; a
   * dash for null.
   */
  static String show(Double value) {
    if (value == null || value.isNaN()) {
      return "–";
    }
    double size = Math.abs(value);
    if (size >= 1e15 || (size > 0 && size < 1e-3)) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    if (value == Math.rint(value)) {
      return count(value.longValue());
    }
    int decimals = (int) Math.max(1, 2 - Math.floor(Math.log10(size)));
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
    return String.format(Locale.ROOT, "%,." + decimals + "f", rounded);
  }

  /** 12,345. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** "1 photo", "2 photos". */
  static String count(long value, String noun) {
    return count(value) + " " + noun + (value == 1 ? "" : "s");
  }

  /** 0.4 s, 12 s, 3 min 05 s, 2 h 10 min. */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 10) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%,d h %02d min", whole / 3600, whole % 3600 / 60);
  }

  /** 21 November 2025, 14:05 UTC. */
  static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** Whole percent of a total; 100 only if nothing is missing, 0 only if nothing is there. */
  static int percent(long part, long total) {
    if (total == 0 || part == 0) {
      return 0;
    }
    return part == total ? 100 : (int) Math.max(1, Math.min(99, Math.round(100.0 * part / total)));
  }
}
