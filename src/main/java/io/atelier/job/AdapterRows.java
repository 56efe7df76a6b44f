package io.atelier.job;

import io.atelier.provenance.CodeVersion;
import io.atelier.table.AdapterRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.TrainingStepRow;
import io.atelier.table.TxnId;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.TrainedAdapter;
import io.atelier.worker.TrainingJob;
import io.atelier.worker.TrainingPhoto;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns what became of trainings into rows of {@code adapters} and {@code training_steps}. */
final class AdapterRows {
  private static final String FAILED = "FAILED";

  private final JobContext context;
  private final ModelSpec model;
  private final Map<String, TrainingJob> jobs = new HashMap<>();
  private final Map<String, SubjectRow> subjects = new HashMap<>();
  private final Map<String, AdapterRow> known = new HashMap<>();
  private TxnId stepsTxn;
  private TxnId adaptersTxn;
  private long stepRows;
  private long adapterRows;
  private long trained;
  private long failed;
  private long notReady;

  AdapterRows(JobContext context, ModelSpec model, Map<SubjectRow, TrainingJob> planned) {
    this.context = context;
    this.model = model;
    planned.forEach(
        (subject, job) -> {
          jobs.put(job.adapterId(), job);
          subjects.put(job.adapterId(), subject);
        });
    context.tables().adapters().rows().forEach(row -> known.put(row.adapterId(), row));
    stepsTxn = context.txn(TrainJob.STAGE, "training_steps");
    adaptersTxn = context.txn(TrainJob.STAGE, "adapters");
  }

  boolean isTrained(TrainingJob job) {
    AdapterRow row = known.get(job.adapterId());
    return row != null && !row.status().equals(FAILED);
  }

  /** A subject that cannot be trained as it is: one row, which repeated runs leave alone. */
  void refuse(TrainingJob job, String reason) {
    notReady++;
    AdapterRow row = known.get(job.adapterId());
    if (row == null || !reason.equals(row.reason())) {
      write(List.of(row(job, TrainedAdapter.failed(job, reason, 0, "cpu"))));
    }
  }

  /** A training that failed before it began. */
  void failed(TrainingJob job, String reason) {
    commit(List.of(TrainedAdapter.failed(job, reason, 0, context.settings().model().device())));
  }

  /** Steps first, then the adapters: an adapter's row says that all of it is there. */
  void commit(List<TrainedAdapter> results) {
    List<TrainingStepRow> steps = new ArrayList<>();
    List<AdapterRow> rows = new ArrayList<>();
    Instant now = context.now();
    for (TrainedAdapter result : results) {
      TrainingJob job = jobs.get(result.adapterId());
      result.steps().forEach(step -> steps.add(step(job, step, now)));
      rows.add(row(job, result));
      trained += result.trained() ? 1 : 0;
      failed += result.trained() ? 0 : 1;
    }
    stepRows += context.tables().trainingSteps().insertNew(steps, stepsTxn).rows();
    stepsTxn = stepsTxn.next();
    write(rows);
  }

  StageResult result(int planned) {
    long there = jobs.values().stream().filter(this::isTrained).count();
    return new StageResult(
        TrainJob.STAGE,
        Map.of("adapters", adapterRows, "training_steps", stepRows),
        Map.of(
            "total", (long) planned, "trained", trained, "failed", failed, "not_ready", notReady),
        "%d adapters trained, %d were there, %d subjects not ready, %d failed"
            .formatted(trained, there, notReady, failed));
  }

  private void write(List<AdapterRow> rows) {
    adapterRows += context.tables().adapters().replaceFailed(rows, adaptersTxn).rows();
    adaptersTxn = adaptersTxn.next();
  }

  private TrainingStepRow step(TrainingJob job, TrainedAdapter.Step step, Instant now) {
    return new TrainingStepRow(
        job.adapterId(),
        step.step(),
        job.subjectId(),
        step.loss(),
        step.gradNorm(),
        step.learningRate(),
        step.sigma(),
        now,
        context.runId());
  }

  private AdapterRow row(TrainingJob job, TrainedAdapter result) {
    SubjectRow subject = subjects.get(job.adapterId());
    AdapterRow before = known.get(job.adapterId());
    List<TrainedAdapter.Step> steps = result.steps();
    return new AdapterRow(
        job.adapterId(),
        job.subjectId(),
        result.trained() ? "TRAINED" : FAILED,
        result.reason(),
        before == null ? 1 : before.attempts() + 1,
        result.uri(),
        result.sha256(),
        result.bytes(),
        method(job),
        rank(job),
        job.inversion() == null ? job.lora().alpha() : rank(job),
        job.train().steps(),
        job.inversion() == null ? job.lora().targets().toString() : "clip_l+t5",
        job.train().optimisation().learningRate(),
        job.resolution(),
        context.settings().train().seed(),
        model.hash(),
        model.folder(),
        context.settings().hash("train"),
        CodeVersion.current(),
        subject.triggerToken(),
        subject.classNoun(),
        subject.consent(),
        job.photos().stream().map(TrainingPhoto::assetId).toList(),
        job.photos().stream().map(TrainingPhoto::captionId).toList(),
        steps.isEmpty() ? null : steps.get(0).loss(),
        steps.isEmpty() ? null : steps.get(steps.size() - 1).loss(),
        result.seconds(),
        result.device(),
        model.precision().toString(),
        context.now(),
        context.runId());
  }

  private static String method(TrainingJob job) {
    return job.inversion() == null ? TrainSettings.LORA : TrainSettings.TEXTUAL_INVERSION;
  }

  private static int rank(TrainingJob job) {
    return job.inversion() == null ? job.lora().rank() : job.inversion().vectors();
  }
}
