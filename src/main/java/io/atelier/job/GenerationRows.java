package io.atelier.job;

import io.atelier.table.GenerationRow;
import io.atelier.table.RequestRow;
import io.atelier.table.TxnId;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.RenderedImage;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Turns what became of requests into rows of {@code generations}. */
final class GenerationRows {
  private final JobContext context;
  private final ModelSpec model;
  private final RenderPlan plan;
  private final Map<String, RequestRow> requests;
  private TxnId txn;
  private long written;
  private long failed;

  GenerationRows(JobContext context, ModelSpec model, RenderPlan plan) {
    this.context = context;
    this.model = model;
    this.plan = plan;
    this.requests = plan.requests();
    this.txn = context.txn(GenerateJob.STAGE, "generations");
  }

  /** Images that failed before they were rendered. */
  void failed(List<RenderedImage> images) {
    if (!images.isEmpty()) {
      commit(images);
    }
  }

  /** The pictures are there; their rows say so. */
  void commit(List<RenderedImage> images) {
    Instant now = context.now();
    List<GenerationRow> rows = images.stream().map(image -> row(image, now)).toList();
    written += context.tables().generations().replaceFailed(rows, txn).rows();
    failed += images.stream().filter(image -> image.reason() != null).count();
    txn = txn.next();
  }

  StageResult result() {
    return new StageResult(
        GenerateJob.STAGE,
        Map.of("requests", plan.inserted().rows(), "generations", written),
        Map.of("total", plan.planned(), "failed", failed),
        "%d images asked for of %d adapters, %d rendered now, %d failed"
            .formatted(plan.planned(), plan.adapterCount(), written - failed, failed));
  }

  private GenerationRow row(RenderedImage image, Instant now) {
    RequestRow request = requests.get(image.requestId());
    return new GenerationRow(
        image.requestId(),
        request.subjectId(),
        request.adapterId(),
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
