package io.atelier.flux.verify;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.nn.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One recorded case: inputs {@code in.*}, adapter weights {@code p.*} and expected outputs {@code
 * out.*}, with arguments in the metadata. Remembers what was asked for and how far the results were
 * off.
 */
public final class GoldenCase implements AutoCloseable {
  private static final double BYTES_THAT_MAY_DIFFER = 0.001;
  private static final Set<String> DESCRIPTION = Set.of("kind", "pins", "format");

  private final SafetensorsFile file;
  private final double tolerance;
  private final Set<String> unread;
  private final List<String> failures = new ArrayList<>();
  private double maxAbsError;
  private double relativeError;

  /** A case; how large a relative error may be is a matter of its kind. */
  GoldenCase(SafetensorsFile file, ToDoubleFunction<String> tolerance) {
    this.file = file;
    this.tolerance = tolerance.applyAsDouble(kind());
    this.unread = new TreeSet<>(file.names());
    file.metadata().keySet().stream()
        .filter(key -> !DESCRIPTION.contains(key))
        .forEach(key -> unread.add("argument " + key));
  }

  /** The case file. */
  public Path path() {
    return file.path();
  }

  /** Its kind; empty if it does not say. */
  public String kind() {
    return file.metadata().getOrDefault("kind", "");
  }

  /** Names of all tensors, sorted. */
  public Set<String> names() {
    return file.names();
  }

  /** Whether the case has a tensor of that name. */
  public boolean has(String name) {
    return file.has(name);
  }

  /** Whether the case has an argument of that name. */
  public boolean hasArgument(String name) {
    return file.metadata().containsKey(name);
  }

  /** The tensor {@code name}; it belongs to the caller's scope. */
  public Tensor tensor(String name) {
    unread.remove(name);
    return file.tensor(name);
  }

  /** The argument {@code name} as text. */
  public String argument(String name) {
    unread.remove("argument " + name);
    String value = file.metadata().get(name);
    if (value == null) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, "the case has no argument '" + name + "', which its kind needs");
    }
    return value;
  }

  /** The argument {@code name} as a whole number. */
  public int integer(String name) {
    return (int) number(name);
  }

  /** The argument {@code name} as a number. */
  public double number(String name) {
    String value = argument(name);
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT,
          "argument '" + name + "' of the case is '" + value + "', no number",
          e);
    }
  }

  /**
   * Compares {@code actual} with the recorded tensor {@code name} within the tolerance, which is
   * relative to the largest recorded value. Returns whether it agreed.
   */
  public boolean compare(String name, Tensor actual) {
    return compare(name, actual, GoldenCase::largest, tolerance);
  }

  /** The same without any tolerance. */
  public boolean compareExactly(String name, Tensor actual) {
    return compare(name, actual, GoldenCase::largest, 0);
  }

  /**
   * The same by the length of the difference relative to the length of the recorded tensor, for
   * values of which single ones are not determined by float32.
   */
  public boolean compareByNorm(String name, Tensor actual) {
    return compare(name, actual, values -> values.norm().item_double(), tolerance);
  }

  private boolean compare(
      String name, Tensor actual, ToDoubleFunction<Tensor> measure, double bound) {
    try (PointerScope scope = new PointerScope()) {
      Tensor expected = tensor(name);
      if (!sameShape(name, expected, actual)) {
        return false;
      }
      Tensor difference = difference(expected, actual);
      double error = largest(difference);
      double size = measure.applyAsDouble(expected.to(ScalarType.Double));
      double relative = error == 0 ? 0 : measure.applyAsDouble(difference) / size;
      maxAbsError = Math.max(maxAbsError, error);
      relativeError = Math.max(relativeError, relative);
      // Not "greater than": a difference that is no number must fail too.
      if (relative <= bound) {
        return true;
      }
      fail(
          "%s is off by %.3g (relative %.3g, allowed %.3g)"
              .formatted(name, error, relative, bound));
      return false;
    }
  }

  /** Compares bytes: at most one in a thousand may differ, by one. */
  public boolean compareBytes(String name, Tensor actual) {
    try (PointerScope scope = new PointerScope()) {
      Tensor expected = tensor(name);
      if (!sameShape(name, expected, actual)) {
        return false;
      }
      Tensor difference = difference(expected, actual);
      double error = largest(difference);
      double share = difference.gt(new Scalar(0.0)).to(ScalarType.Double).mean().item_double();
      if (error <= 1 && share <= BYTES_THAT_MAY_DIFFER) {
        return true;
      }
      fail("%s: %.3g %% of the bytes differ, by up to %.0f".formatted(name, 100 * share, error));
      return false;
    }
  }

  /** Fails the case with a reason. */
  public void fail(String reason) {
    failures.add(reason);
  }

  CaseResult result() {
    List<String> reasons = new ArrayList<>(failures);
    if (!unread.isEmpty()) {
      reasons.add("unknown to this kind of case: " + String.join(", ", unread));
    }
    return new CaseResult(
        path().getFileName().toString(),
        kind(),
        maxAbsError,
        relativeError,
        reasons.isEmpty(),
        String.join("; ", reasons));
  }

  @Override
  public void close() {
    file.close();
  }

  private boolean sameShape(String name, Tensor expected, Tensor actual) {
    if (Arrays.equals(expected.shape(), actual.shape())) {
      return true;
    }
    maxAbsError = Double.POSITIVE_INFINITY;
    relativeError = Double.POSITIVE_INFINITY;
    String given = Arrays.toString(actual.shape());
    fail(name + " is " + given + ", recorded " + Arrays.toString(expected.shape()));
    return false;
  }

  private static Tensor difference(Tensor expected, Tensor actual) {
    Tensor own = actual.detach().cpu().to(ScalarType.Double);
    return own.sub(expected.to(ScalarType.Double)).abs();
  }

  private static double largest(Tensor values) {
    if (values.numel() == 0) {
      return 0;
    }
    return values.to(ScalarType.Double).abs().max().item_double();
  }
}
