package io.atelier.job;

import io.atelier.image.Face;
import io.atelier.image.Measured;
import io.atelier.image.Metrics;
import io.atelier.image.Reason;
import io.atelier.table.VerdictRow;
import io.atelier.worker.MeasuredPhoto;
import io.atelier.worker.StoredPhoto;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** From measurements to a row of {@code verdicts}. */
final class Verdicts {
  private static final String UNREADABLE = "UNREADABLE";

  private Verdicts() {}

  static VerdictRow row(MeasuredPhoto photo, String rulesVersion, Instant now, String runId) {
    return photo
        .measured()
        .map(measured -> measured(photo.photo(), measured, rulesVersion, now, runId))
        .orElseGet(() -> unreadable(photo.photo(), rulesVersion, now, runId));
  }

  private static VerdictRow measured(
      StoredPhoto photo, Measured measured, String rulesVersion, Instant now, String runId) {
    Metrics metrics = measured.metrics().orElse(null);
    return new VerdictRow(
        photo.inputId(),
        rulesVersion,
        photo.subjectId(),
        photo.assetId(),
        measured.accepted() ? "ACCEPT" : "REFUSE",
        reasons(measured.rejections()),
        reasons(measured.warnings()),
        null,
        measured.header().map(header -> header.format().name()).orElse(null),
        of(metrics, Metrics::width),
        of(metrics, Metrics::height),
        of(metrics, any -> measured.orientation()),
        of(metrics, Metrics::pixelSha256),
        of(metrics, Metrics::phash),
        of(metrics, Metrics::dhash),
        number(metrics, Metrics::laplacianVariance),
        number(metrics, Metrics::sharpness),
        number(metrics, Metrics::grayEntropy),
        number(metrics, Metrics::meanBrightness),
        number(metrics, Metrics::brightnessP5),
        number(metrics, Metrics::brightnessP99),
        number(metrics, Metrics::contrast),
        of(metrics, Metrics::colors),
        of(metrics, m -> m.faces().stream().map(Verdicts::face).toList()),
        now,
        runId);
  }

  private static VerdictRow unreadable(
      StoredPhoto photo, String rulesVersion, Instant now, String runId) {
    VerdictRow.Reason reason =
        new VerdictRow.Reason(
            UNREADABLE, null, null, "The file could not be read: " + photo.reason());
    return new VerdictRow(
        photo.inputId(),
        rulesVersion,
        photo.subjectId(),
        photo.assetId(),
        "REFUSE",
        List.of(reason),
        List.of(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        now,
        runId);
  }

  private static List<VerdictRow.Reason> reasons(List<Reason> reasons) {
    return reasons.stream().map(Verdicts::reason).toList();
  }

  private static VerdictRow.Reason reason(Reason reason) {
    return new VerdictRow.Reason(
        reason.code().name(),
        finite(reason.value()),
        finite(reason.threshold()),
        reason.sentence());
  }

  private static VerdictRow.Face face(Face face) {
    return new VerdictRow.Face(face.x(), face.y(), face.width(), face.height());
  }

  private static <T> T of(Metrics metrics, Function<Metrics, T> value) {
    return metrics == null ? null : value.apply(metrics);
  }

  private static Double number(Metrics metrics, Function<Metrics, Double> value) {
    return metrics == null ? null : finite(value.apply(metrics));
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
