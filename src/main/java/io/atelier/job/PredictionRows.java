package io.atelier.job;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.job.CurateModel.Kind;
import io.atelier.table.PredictionRow;
import io.atelier.worker.FloatBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * From what models computed of a picture, a column of each kind, to rows of {@code predictions}.
 *
 * @param versions the models by kind
 * @param unsafeClasses which outputs of a safety model are added
 */
record PredictionRows(
    Map<Kind, String> versions, List<Integer> unsafeClasses, Instant now, String runId)
    implements FlatMapFunction<Row, PredictionRow> {

  @Override
  public Iterator<PredictionRow> call(Row picture) {
    List<PredictionRow> rows = new ArrayList<>();
    versions.forEach((kind, version) -> rows.add(row(picture, kind, version)));
    return rows.iterator();
  }

  private PredictionRow row(Row picture, Kind kind, String version) {
    int column = picture.fieldIndex(kind.name());
    String reason = picture.getAs("reason");
    List<Float> values = picture.isNullAt(column) ? List.of() : numbers(picture, column);
    if (reason == null && !values.stream().allMatch(Float::isFinite)) {
      reason = "the model's numbers are not finite";
    }
    boolean done = reason == null;
    boolean vector = kind == Kind.EMBEDDING;
    return new PredictionRow(
        picture.getAs("asset_id"),
        version,
        kind.name(),
        done ? "DONE" : "FAILED",
        reason,
        done && vector ? unit(values) : null,
        done && !vector ? score(kind, values) : null,
        now,
        runId);
  }

  private static List<Float> numbers(Row picture, int column) {
    List<Float> numbers = new ArrayList<>();
    for (float number : FloatBytes.of(picture, column)) {
      numbers.add(number);
    }
    return numbers;
  }

  /** Of length 1. */
  static List<Float> unit(List<Float> values) {
    double squares = values.stream().mapToDouble(value -> (double) value * value).sum();
    double length = Math.max(Math.sqrt(squares), 1e-12);
    return values.stream().map(value -> (float) (value / length)).toList();
  }

  private double score(Kind kind, List<Float> values) {
    return kind == Kind.AESTHETIC || values.size() == 1 ? values.get(0) : unsafe(values);
  }

  /** The share of the unsafe classes by softmax. */
  private double unsafe(List<Float> logits) {
    double greatest = logits.stream().mapToDouble(Float::doubleValue).max().orElseThrow();
    double[] shares = logits.stream().mapToDouble(logit -> Math.exp(logit - greatest)).toArray();
    double all = 0;
    for (double share : shares) {
      all += share;
    }
    double sum = 0;
    for (int unsafe : unsafeClasses) {
      if (unsafe >= shares.length) {
        throw new AtelierException(
            ErrorCode.BAD_CONFIG,
            "curate.unsafe_classes names class %d, but curate.safety_model has the classes 0 to %d."
                .formatted(unsafe, shares.length - 1));
      }
      sum += shares[unsafe] / all;
    }
    return sum;
  }
}
