package io.atelier.report;

import java.util.List;

/**
 * How a measurement is distributed, in bins of equal width. Values beyond the ends are in the outer
 * bins.
 *
 * @param metric its name, as in rules files
 * @param low where the first bin starts
 * @param high where the last bin ends, above {@code low}
 * @param counts photos in each bin
 * @param limits the thresholds of rules on it
 */
public record Histogram(
    String metric, double low, double high, List<Long> counts, List<Limit> limits) {

  /**
   * A threshold.
   *
   * @param code of the rule
   * @param below whether it applies to smaller values; else to larger ones
   * @param refuses whether it refuses; else it marks
   */
  public record Limit(String code, double threshold, boolean below, boolean refuses) {}

  /** Copies the lists. */
  public Histogram {
    counts = List.copyOf(counts);
    limits = List.copyOf(limits);
  }

  long photos() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  String title() {
    String words = metric.replace('_', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
