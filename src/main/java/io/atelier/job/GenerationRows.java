package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.table.GenerationRow;
import io.atelier.table.RequestRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.TxnId;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.RenderedImage;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Turns what became of requests into rows of {@code generations}. */
final class GenerationRows {
  private final JobContext context;
  private final ModelSpec model;
  private final RenderPlan plan;
  private final Map<String, RequestRow> requests;
  private TxnId txn;
  private long written;
  private long rendered;
  private long failed;
  private long refused;

  GenerationRows(JobContext context, ModelSpec model, RenderPlan plan) {
    this.context = context;
    this.model = model;
    this.plan = plan;
    this.requests = plan.requests();
    this.txn = context.txn(GenerateJob.STAGE, "generations");
  }

  /** Images that must not be made: a row each, which repeated runs leave alone. */
  void refuse() {
    if (plan.refused().isEmpty()) {
      return;
    }
    refused = plan.refused().size();
    Map<String, String> known = failures();
    Instant now = context.now();
    List<GenerationRow> rows = new ArrayList<>();
    plan.refused()
        .forEach(
            (request, reason) -> {
              if (!reason.equals(known.get(request.requestId()))) {
                // A run that was killed may have left the picture without a row.
                context.store().delete(image(request));
                rows.add(row(request, refusal(request, reason), now));
              }
            });
    write(rows);
  }

  private URI image(RequestRow request) {
    return context.lake().image(request.subjectId(), request.requestId());
  }

  private static RenderedImage refusal(RequestRow request, String reason) {
    return RenderedImage.failed(request.requestId(), request.batchId(), reason, "cpu", 0);
  }

  /** Why requests have no image, by their ids. */
  private Map<String, String> failures() {
    return context
        .tables()
        .generations()
        .read()
        .where(col("status").equalTo("FAILED"))
        .select("request_id", "reason")
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getString(0), row -> row.getString(1)));
  }

  /** Images that failed before they were rendered. */
  void failed(List<RenderedImage> images) {
    if (!images.isEmpty()) {
      commit(images);
    }
  }

  /** The pictures are there; their rows say so. Nothing is kept of who has withdrawn meanwhile. */
  void commit(List<RenderedImage> rendered) {
    List<RenderedImage> images =
        Contracts.permitted(
            context, rendered, image -> requests.get(image.requestId()).subjectId(), this::refusal);
    Instant now = context.now();
    long rows =
        write(
            images.stream()
                .map(image -> row(requests.get(image.requestId()), image, now))
                .toList());
    long without = images.stream().filter(image -> image.reason() != null).count();
    long withdrawn =
        images.stream()
            .filter(image -> image.reason() != null && Contracts.isRefusal(image.reason()))
            .count();
    refused += withdrawn;
    failed += without - withdrawn;
    this.rendered += rows - without;
  }

  private String refusal(RenderedImage image, SubjectRow subject) {
    return Contracts.refusal(
        context.settings(), subject, plan.pack(requests.get(image.requestId())));
  }

  private long write(List<GenerationRow> rows) {
    long changed = context.tables().generations().replaceFailed(rows, txn).rows();
    written += changed;
    txn = txn.next();
    return changed;
  }

  /**
   * What the stage did.
   *
   * @param likenesses what became of the pictures' likenesses; empty if nobody measures them
   */
  StageResult result(Optional<Likenesses.Outcome> likenesses) {
    Map<String, Long> outputs =
        new TreeMap<>(Map.of("requests", plan.inserted().rows(), "generations", written));
    Map<String, Long> counts =
        new TreeMap<>(Map.of("total", plan.planned(), "failed", failed, "refused", refused));
    likenesses.ifPresent(
        outcome -> {
          outputs.put("likenesses", outcome.rows());
          counts.put("unmeasured", outcome.failed());
        });
    String sentence =
        "%d images asked for of %d adapters, %d rendered now, %d failed, %d not allowed"
            .formatted(plan.planned(), plan.adapterCount(), rendered, failed, refused);
    return new StageResult(
        GenerateJob.STAGE,
        outputs,
        counts,
        sentence + likenesses.map(Likenesses.Outcome::sentence).orElse(""));
  }

  private GenerationRow row(RequestRow request, RenderedImage image, Instant now) {
    return new GenerationRow(
        image.requestId(),
        request.subjectId(),
        plan.adapter(request).adapterId(),
        image.reason() == null ? "DONE" : "FAILED",
        image.reason(),
        image.uri(),
        image.sha256(),
        image.pixelSha256(),
        image.bytes(),
        image.width(),
        image.height(),
        image.device(),
        model.precision().toString(),
        image.batchId(),
        image.seconds(),
        now,
        context.runId());
  }
}
