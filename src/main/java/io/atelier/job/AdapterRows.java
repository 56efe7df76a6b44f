package io.atelier.job;

import io.atelier.provenance.CodeVersion;
import io.atelier.store.StoredFile;
import io.atelier.table.AdapterRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.TrainingStepRow;
import io.atelier.table.TxnId;
import io.atelier.worker.Effort;
import io.atelier.worker.IssuedAdapter;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.TrainedAdapter;
import io.atelier.worker.TrainingJob;
import io.atelier.worker.TrainingPhoto;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/** Turns what became of trainings into rows of {@code adapters} and {@code training_steps}. */
final class AdapterRows {
  private static final String FAILED = "FAILED";

  private final JobContext context;
  private final ModelSpec model;
  private final TrainRecipe recipe;
  private final Map<String, TrainingJob> jobs = new HashMap<>();
  private final Map<String, SubjectRow> subjects = new HashMap<>();
  private final Map<String, AdapterRow> known = new HashMap<>();

  /** Training to the first adapter that it gave. */
  private final Map<String, AdapterRow> trainings = new HashMap<>();

  private TxnId stepsTxn;
  private TxnId adaptersTxn;
  private long stepRows;
  private long adapterRows;
  private long trained;
  private long issued;
  private long failed;
  private long notReady;

  /** Executor to how often it has loaded the base model. */
  private final Map<String, Long> modelLoads = new HashMap<>();

  AdapterRows(
      JobContext context,
      ModelSpec model,
      TrainRecipe recipe,
      Map<SubjectRow, TrainingJob> planned) {
    this.context = context;
    this.model = model;
    this.recipe = recipe;
    planned.forEach(
        (subject, job) -> {
          jobs.put(job.adapterId(), job);
          subjects.put(job.adapterId(), subject);
        });
    context.tables().adapters().rows().forEach(row -> known.put(row.adapterId(), row));
    known.values().stream()
        .filter(row -> !row.status().equals(FAILED))
        .forEach(row -> trainings.merge(row.training(), row, AdapterRows::first));
    stepsTxn = context.txn(TrainJob.STAGE, "training_steps");
    adaptersTxn = context.txn(TrainJob.STAGE, "adapters");
  }

  boolean isTrained(TrainingJob job) {
    AdapterRow row = known.get(job.adapterId());
    return row != null && !row.status().equals(FAILED);
  }

  private static AdapterRow first(AdapterRow one, AdapterRow other) {
    return BinaryOperator.minBy(
            Comparator.comparing(AdapterRow::createdAt).thenComparing(AdapterRow::adapterId))
        .apply(one, other);
  }

  /** The adapter that the same training gave under another contract; null if it was not done. */
  AdapterRow underAnotherContract(TrainingJob job) {
    return isTrained(job) ? null : trainings.get(job.trainingId());
  }

  /** Adapters of trainings that were done before, under the subjects' new contracts. */
  void issued(List<IssuedAdapter> results) {
    List<AdapterRow> rows = new ArrayList<>();
    for (IssuedAdapter result : results) {
      TrainingJob job = jobs.get(result.adapterId());
      if (result.reason() != null) {
        failed(job, result.reason());
        continue;
      }
      issued++;
      SubjectRow subject = subjects.get(job.adapterId());
      rows.add(
          trainings
              .get(job.trainingId())
              .issued(
                  job.adapterId(),
                  result.uri(),
                  result.sha256(),
                  result.bytes(),
                  subject.consent(),
                  subject.allowedPacks(),
                  context.now(),
                  context.runId()));
    }
    write(rows);
  }

  /** Subjects that cannot be trained as they are: a row each, which repeated runs leave alone. */
  void refuse(Map<TrainingJob, String> reasons) {
    List<AdapterRow> rows = new ArrayList<>();
    reasons.forEach(
        (job, reason) -> {
          notReady++;
          AdapterRow row = known.get(job.adapterId());
          if (!isTrained(job) && (row == null || !reason.equals(row.reason()))) {
            rows.add(row(job, TrainedAdapter.failed(job, reason, Effort.none("cpu"))));
          }
        });
    write(rows);
  }

  /** A training that failed before it began. */
  void failed(TrainingJob job, String reason) {
    Effort none = Effort.none(context.settings().model().device());
    commit(List.of(TrainedAdapter.failed(job, reason, none)));
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
    results.stream().filter(TrainedAdapter::trained).forEach(this::committed);
  }

  /**
   * Deletes saved states of trainings whose rows are there, because a driver died before it could,
   * and of adapters that nobody plans any more.
   */
  void sweep() {
    URI folder = context.lake().checkpoints();
    if (!context.store().exists(folder)) {
      return;
    }
    Set<String> wanted =
        jobs.values().stream()
            .filter(job -> !trainings.containsKey(job.trainingId()))
            .map(TrainingJob::trainingId)
            .collect(Collectors.toSet());
    for (StoredFile file : context.store().list(folder)) {
      // subject/training.safetensors, or subject/training/task.json
      String[] path = file.path().replace(".safetensors", "").split("/");
      if (!wanted.contains(path[Math.min(1, path.length - 1)])) {
        context.store().delete(file.uri());
      }
    }
  }

  private void committed(TrainedAdapter result) {
    TrainingJob job = jobs.get(result.adapterId());
    context.store().delete(context.lake().checkpoint(job.subjectId(), job.trainingId()));
    context.store().deleteFolder(context.lake().efforts(job.subjectId(), job.trainingId()));
    Effort effort = result.effort();
    modelLoads.merge(effort.executor(), effort.modelLoads(), Math::max);
  }

  StageResult result(int planned) {
    long there = jobs.values().stream().filter(this::isTrained).count();
    return new StageResult(
        TrainJob.STAGE,
        Map.of("adapters", adapterRows, "training_steps", stepRows),
        Map.of(
            "total",
            (long) planned,
            "trained",
            trained,
            "issued",
            issued,
            "failed",
            failed,
            "not_ready",
            notReady,
            "executors",
            (long) modelLoads.size(),
            "base_model_loads",
            modelLoads.values().stream().mapToLong(Long::longValue).sum()),
        "%d adapters trained, %d issued anew, %d were there, %d subjects not ready, %d failed"
            .formatted(trained, issued, there, notReady, failed));
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
        context.runId(),
        TrainingStepRow.bucket(step.sigma()),
        step.validationLoss());
  }

  private AdapterRow row(TrainingJob job, TrainedAdapter result) {
    SubjectRow subject = subjects.get(job.adapterId());
    AdapterRow before = known.get(job.adapterId());
    List<TrainedAdapter.Step> steps = result.steps();
    List<Double> validations =
        steps.stream().map(TrainedAdapter.Step::validationLoss).filter(Objects::nonNull).toList();
    Effort effort = result.effort();
    return new AdapterRow(
        job.adapterId(),
        job.subjectId(),
        result.trained() ? "TRAINED" : FAILED,
        result.reason(),
        // A try that ended before its training began has left no task to count.
        before == null ? effort.attempts() : Math.max(before.attempts() + 1, effort.attempts()),
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
        recipe.seed(),
        model.hash(),
        model.folder(),
        recipe.hash(),
        CodeVersion.current(),
        subject.triggerToken(),
        subject.classNoun(),
        subject.consent(),
        job.photos().stream().map(TrainingPhoto::assetId).toList(),
        job.photos().stream().map(TrainingPhoto::captionId).toList(),
        steps.isEmpty() ? null : steps.get(0).loss(),
        steps.isEmpty() ? null : steps.get(steps.size() - 1).loss(),
        before == null ? effort.seconds() : Math.max(before.seconds(), effort.seconds()),
        effort.device(),
        model.precision().toString(),
        context.now(),
        context.runId(),
        job.photos().size(),
        Math.max(gpuSeconds(before), effort.gpuSeconds()),
        effort.peakMemory(),
        effort.resumedFrom(),
        effort.checkpointed(),
        effort.ranOutOfMemory(),
        validations.stream().min(Double::compare).orElse(null),
        validations.isEmpty() ? null : validations.get(validations.size() - 1),
        result.trained() ? steps.size() : null,
        job.prior() == null ? null : job.prior().priorId(),
        job.trainingId(),
        subject.allowedPacks());
  }

  private static double gpuSeconds(AdapterRow before) {
    return before == null || before.gpuSeconds() == null ? 0 : before.gpuSeconds();
  }

  private static String method(TrainingJob job) {
    return job.inversion() == null ? TrainRecipe.LORA : TrainRecipe.TEXTUAL_INVERSION;
  }

  private static int rank(TrainingJob job) {
    return job.inversion() == null ? job.lora().rank() : job.inversion().vectors();
  }
}
