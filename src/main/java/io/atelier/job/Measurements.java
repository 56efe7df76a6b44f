package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import io.atelier.image.Face;
import io.atelier.image.Header;
import io.atelier.image.Measured;
import io.atelier.image.Metric;
import io.atelier.image.Metrics;
import io.atelier.image.Reason;
import io.atelier.image.ReasonCode;
import io.atelier.table.Box;
import io.atelier.table.MeasurementRow;
import io.atelier.worker.MeasuredPhoto;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** Which contents are measured, and from measurements to rows of {@code measurements}. */
final class Measurements {
  private Measurements() {}

  /** Rows with all that the rules ask for, one a content. */
  static Dataset<Row> read(JobContext context, CurateRules rules) {
    return best(rules, context.tables().measurements().read());
  }

  /** The same of some contents: those that have such an {@code asset_id}. */
  static Dataset<Row> of(JobContext context, CurateRules rules, Dataset<Row> contents) {
    return best(rules, Joins.with(context.tables().measurements().read(), contents, "asset_id"));
  }

  private static Dataset<Row> best(CurateRules rules, Dataset<Row> measurements) {
    return measurements
        .where(col("measurer").isin(rules.measurers().toArray()))
        .withColumn(
            "_rank",
            row_number()
                .over(
                    Window.partitionBy("asset_id").orderBy(col("status").desc(), col("measurer"))))
        .where(col("_rank").equalTo(1))
        .drop("_rank", "created_at", "run_id");
  }

  /**
   * Contents to measure, {@code asset_id} and {@code uri}, one row each: of assets that were not
   * processed, and those that may be measurable by now.
   */
  static Dataset<Row> missing(JobContext context, CurateRules rules, Unprocessed assets) {
    Column again = again(rules);
    Dataset<Row> contents = contents(assets.rows());
    if (!assets.all()) {
      Dataset<Row> failed =
          context.tables().measurements().read().where("status = 'FAILED'").where(again);
      if (!failed.isEmpty()) {
        Dataset<Row> all = context.tables().assets().read();
        contents = contents.unionByName(contents(Joins.with(all, failed, "asset_id")));
      }
    }
    Dataset<Row> distinct = contents.dropDuplicates("asset_id");
    Dataset<Row> known =
        of(context, rules, distinct).where(col("problem").isNull().or(again.equalTo(false)));
    return Joins.without(distinct, known, "asset_id");
  }

  private static Dataset<Row> contents(Dataset<Row> assets) {
    return assets.where(col("uri").isNotNull()).select("asset_id", "uri");
  }

  /** Failures that have passed where the file can be read, or larger pictures are allowed. */
  private static Column again(CurateRules rules) {
    Column pixels = col("stored_width").cast("bigint").multiply(col("stored_height"));
    return col("problem")
        .equalTo(ReasonCode.UNREADABLE.name())
        .or(
            col("problem")
                .equalTo(ReasonCode.PIXEL_BOMB.name())
                .and(pixels.leq(rules.spec().maxPixels())));
  }

  static MeasurementRow row(MeasuredPhoto photo, String measurer, Instant now, String runId) {
    Measured measured = photo.measured();
    Optional<Header> header = measured.header();
    Optional<Metrics> metrics = measured.metrics();
    return new MeasurementRow(
        photo.assetId(),
        measurer,
        metrics.isPresent() ? "MEASURED" : "FAILED",
        measured.problem().map(Reason::code).orElse(null),
        measured.problem().map(Reason::sentence).orElse(null),
        of(header, h -> h.format().name()),
        of(header, Header::width),
        of(header, Header::height),
        of(header, Header::bitDepth),
        of(header, Header::channels),
        measured.colorProfile().orElse(null),
        of(metrics, any -> measured.orientation()),
        of(metrics, Metrics::width),
        of(metrics, Metrics::height),
        number(metrics, Metric.SHORT_SIDE),
        number(metrics, Metric.ASPECT),
        number(metrics, Metric.PIXELS),
        of(metrics, Metrics::pixelSha256),
        of(metrics, Metrics::phash),
        of(metrics, Metrics::dhash),
        number(metrics, Metric.LAPLACIAN_VARIANCE),
        number(metrics, Metric.TEXTURE),
        number(metrics, Metric.SHARPNESS),
        number(metrics, Metric.GRAY_ENTROPY),
        number(metrics, Metric.RGB_ENTROPY),
        number(metrics, Metric.BRIGHTNESS_MEAN),
        number(metrics, Metric.BRIGHTNESS_P5),
        number(metrics, Metric.BRIGHTNESS_P99),
        number(metrics, Metric.CONTRAST),
        number(metrics, Metric.COLORFULNESS),
        number(metrics, Metric.BRISQUE),
        of(metrics, Metrics::colors),
        of(metrics, Metrics::background),
        of(metrics, Measurements::faces),
        number(metrics, Metric.FACE_COUNT),
        number(metrics, Metric.FACE_SIDE),
        number(metrics, Metric.FACE_SHARE),
        number(metrics, Metric.FACE_HEIGHT),
        number(metrics, Metric.FACE_MARGIN),
        number(metrics, Metric.SECOND_FACE),
        number(metrics, Metric.FACE_SHARPNESS),
        number(metrics, Metric.FACE_OVEREXPOSED),
        number(metrics, Metric.FACE_UNDEREXPOSED),
        number(metrics, Metric.FACE_EVENNESS),
        number(metrics, Metric.FACE_YAW),
        number(metrics, Metric.FACE_PITCH),
        of(metrics, m -> m.identity().isEmpty() ? null : m.identity()),
        now,
        runId);
  }

  /** Null if faces were not looked for. */
  private static List<Box> faces(Metrics metrics) {
    return Double.isNaN(metrics.get(Metric.FACE_COUNT))
        ? null
        : metrics.faces().stream().map(Measurements::box).toList();
  }

  private static Box box(Face face) {
    return new Box(face.x(), face.y(), face.width(), face.height());
  }

  private static Double number(Optional<Metrics> metrics, Metric metric) {
    return of(metrics, m -> m.values().get(metric));
  }

  private static <S, T> T of(Optional<S> source, Function<S, T> value) {
    return source.map(value).orElse(null);
  }
}
