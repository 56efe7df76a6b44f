package io.atelier.job;

import io.atelier.image.Bucket;
import io.atelier.image.BucketShape;
import io.atelier.image.CropBox;
import io.atelier.image.Face;
import io.atelier.image.Metric;
import io.atelier.image.Reason;
import io.atelier.image.ReasonCode;
import io.atelier.image.Rules;
import io.atelier.table.Box;
import io.atelier.table.VerdictRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;

/** Judges a photo by its measurements: from an asset joined with them to a row of verdicts. */
final class JudgePhotos implements Function<Row, VerdictRow> {
  private static final long serialVersionUID = 1L;

  private final Rules rules;
  private final String version;
  private final long maxPixels;
  private final int resolution;
  private final BucketShape shape;
  private final Instant now;
  private final String runId;

  JudgePhotos(CurateRules rules, Instant now, String runId) {
    this.rules = rules.rules();
    this.version = rules.version();
    this.maxPixels = rules.spec().maxPixels();
    this.resolution = rules.resolution();
    this.shape = rules.shape();
    this.now = now;
    this.runId = runId;
  }

  @Override
  public VerdictRow call(Row photo) {
    List<Reason> reasons = reasons(photo);
    Integer width = photo.getAs("width");
    Integer height = photo.getAs("height");
    boolean measured = width != null && height != null;
    Bucket bucket = measured ? shape.of(width, height, resolution) : null;
    Optional<Face> face = measured ? face(photo) : Optional.empty();
    return new VerdictRow(
        photo.getAs("input_id"),
        version,
        photo.getAs("subject_id"),
        photo.getAs("asset_id"),
        photo.getAs("measurer"),
        reasons.stream().anyMatch(Reason::rejects) ? "REFUSE" : "ACCEPT",
        rows(reasons, true),
        rows(reasons, false),
        null,
        measured ? bucket.width() : null,
        measured ? bucket.height() : null,
        measured ? box(CropBox.covering(width, height, bucket, face)) : null,
        face.map(found -> box(CropBox.square(width, height, found))).orElse(null),
        now,
        runId,
        null,
        null,
        null,
        null);
  }

  private List<Reason> reasons(Row photo) {
    String problem = photo.getAs("problem");
    if (photo.getAs("measurer") == null) {
      return List.of(
          refusal(
              ReasonCode.UNREADABLE.name(),
              "The file could not be read: " + photo.getAs("reason")));
    }
    if (ReasonCode.PIXEL_BOMB.name().equals(problem) || storedPixels(photo) > maxPixels) {
      return List.of(Reason.reject(ReasonCode.PIXEL_BOMB, storedPixels(photo), maxPixels));
    }
    return problem != null
        ? List.of(refusal(problem, photo.getAs("sentence")))
        : rules.judge(metric -> value(photo, metric));
  }

  private static Reason refusal(String code, String sentence) {
    return new Reason(code, Reason.Severity.REJECT, Double.NaN, Double.NaN, sentence);
  }

  private static long storedPixels(Row photo) {
    Integer width = photo.getAs("stored_width");
    Integer height = photo.getAs("stored_height");
    return width == null || height == null ? 0 : (long) width * height;
  }

  private static double value(Row photo, Metric metric) {
    if (metric.needs() == Metric.Needs.OTHER_PHOTOS) {
      return Double.NaN;
    }
    Double value = photo.getAs(metric.column());
    return value == null ? Double.NaN : value;
  }

  private static Optional<Face> face(Row photo) {
    List<Row> faces =
        photo.isNullAt(photo.fieldIndex("faces"))
            ? List.of()
            : photo.getList(photo.fieldIndex("faces"));
    return faces.stream()
        .findFirst()
        .map(f -> new Face(f.getAs("x"), f.getAs("y"), f.getAs("width"), f.getAs("height")));
  }

  private static Box box(CropBox crop) {
    return new Box(crop.x(), crop.y(), crop.width(), crop.height());
  }

  private static List<VerdictRow.Reason> rows(List<Reason> reasons, boolean rejecting) {
    List<VerdictRow.Reason> rows = new ArrayList<>();
    for (Reason reason : reasons) {
      if (reason.rejects() == rejecting) {
        rows.add(
            new VerdictRow.Reason(
                reason.code(),
                finite(reason.value()),
                finite(reason.threshold()),
                reason.sentence()));
      }
    }
    return rows;
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
