package io.atelier.nn;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.util.Locale;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The floating-point type that a model computes in. */
public enum Precision {
  FLOAT32(ScalarType.Float),
  BFLOAT16(ScalarType.BFloat16);

  private final ScalarType scalarType;

  Precision(ScalarType scalarType) {
    this.scalarType = scalarType;
  }

  /** libtorch's name of the type. */
  public ScalarType scalarType() {
    return scalarType;
  }

  /** Reads {@code float32} or {@code bfloat16}, in either case. */
  public static Precision parse(String text) {
    for (Precision precision : values()) {
      if (precision.toString().equals(text.toLowerCase(Locale.ROOT))) {
        return precision;
      }
    }
    throw new AtelierException(
        ErrorCode.BAD_CONFIG, "precision '" + text + "' is not known; use float32 or bfloat16");
  }

  /** {@code float32} or {@code bfloat16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
