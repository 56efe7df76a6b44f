package io.atelier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis with ticks at round numbers.
 *
 * @param low value at its start
 * @param high value at its end, above {@code low}
 * @param step distance of two ticks: 1, 2 or 5 times a power of ten
 */
record Ticks(double low, double high, double step) {
  private static final double NEARLY = 1e-9;

  /** An axis whose ends are ticks and that contains both values. */
  static Ticks around(double low, double high, int steps) {
    double span = high > low ? high - low : Math.max(Math.abs(high), NEARLY);
    double step = round(span / steps);
    double from = Math.floor(low / step + NEARLY) * step;
    double to = Math.ceil(high / step - NEARLY) * step;
    return new Ticks(from, to > from ? to : from + step, step);
  }

  /** An axis from one whole number to another with ticks at whole numbers between them. */
  static Ticks whole(long low, long high, int steps) {
    return new Ticks(low, high, Math.max(1, round((double) (high - low) / steps)));
  }

  private static double round(double raw) {
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double mantissa = raw / power;
    return power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
  }

  /** The ticks on the axis, ascending. */
  List<Double> values() {
    List<Double> values = new ArrayList<>();
    long last = (long) Math.floor(high / step + NEARLY);
    for (long i = (long) Math.ceil(low / step - NEARLY); i <= last; i++) {
      values.add(i * step);
    }
    return values;
  }

  /** With as many decimals as the step needs. */
  String label(double value) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + NEARLY));
    return decimals > 4
        ? String.format(Locale.ROOT, "%.0e", value)
        : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** 0 at the low end, 1 at the high end. */
  double share(double value) {
    return (value - low) / (high - low);
  }
}
