package io.atelier.image;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Puts numbers into a sentence for a person: {@code {value}} and {@code {threshold}}. */
final class Sentence {
  private static final int DIGITS = 3;
  private static final int MOST_DIGITS = 9;

  private Sentence() {}

  /** Three digits, or as many more as it takes to tell the two numbers apart. */
  static String fill(String sentence, double value, double threshold) {
    int digits = DIGITS;
    while (digits < MOST_DIGITS
        && value != threshold
        && text(value, digits).equals(text(threshold, digits))) {
      digits++;
    }
    return sentence
        .replace("{value}", text(value, digits))
        .replace("{threshold}", text(threshold, digits));
  }

  private static String text(double number, int digits) {
    if (!Double.isFinite(number)) {
      return "unknown";
    }
    BigDecimal exact = BigDecimal.valueOf(number);
    BigDecimal rounded =
        exact.precision() - exact.scale() > digits
            ? exact.setScale(0, RoundingMode.HALF_EVEN)
            : exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
