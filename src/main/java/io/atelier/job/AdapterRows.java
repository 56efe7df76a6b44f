package io.atelier.job;

import io.atelier.lora.AdapterLineage.Contract;
import io.atelier.provenance.CodeVersion;
import io.atelier.provenance.Ids;
import io.atelier.table.AdapterRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.TrainingStepRow;
import io.atelier.table.TxnId;
import io.atelier.worker.AdapterToIssue;
import io.atelier.worker.Effort;
import io.atelier.worker.IssuedAdapter;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.TrainedAdapter;
import io.atelier.worker.TrainingJob;
import io.atelier.worker.TrainingPhoto;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what became of trainings into rows of {@code adapters} and {@code training_steps}. */
final class AdapterRows {
  private static final Logger LOG = LoggerFactory.getLogger(AdapterRows.class);
  private static final String FAILED = "FAILED";

  private final JobContext context;
  private final TrainingFiles files;
  private final ModelSpec model;
  private final TrainRecipe recipe;
  private final Map<String, TrainingJob> jobs = new HashMap<>();
  private final Map<String, SubjectRow> subjects = new HashMap<>();
  private final Map<String, AdapterRow> known = new HashMap<>();

  /** Adapter files that rows speak of and that are gone. */
  private final Set<String> lost;

  /** Training to the first adapter that it gave and that is there. */
  private final Map<String, AdapterRow> trainings = new HashMap<>();

  /** Subject to its trained adapters of this base that are there. */
  private final Map<String, List<AdapterRow>> usable;

  /** By the id of the adapter to issue. */
  private final Map<String, Issue> issues = new HashMap<>();

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
    files =
        new TrainingFiles(
            context,
            known.values().stream()
                .map(AdapterRow::uri)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
    lost = files.lost();
    known.values().stream()
        .filter(this::isThere)
        .forEach(row -> trainings.merge(row.training(), row, AdapterRows::first));
    usable =
        known.values().stream()
            .filter(this::isThere)
            .filter(row -> row.baseCheckpoint().equals(model.hash()))
            .collect(Collectors.groupingBy(AdapterRow::subjectId));
    stepsTxn = context.txn(TrainJob.STAGE, "training_steps");
    adaptersTxn = context.txn(TrainJob.STAGE, "adapters");
  }

  /** An adapter to issue under its subject's present contract, from one that is there. */
  private record Issue(AdapterRow source, SubjectRow subject) {}

  /** Whether the adapter is there: its row, and the file that the row speaks of. */
  boolean isTrained(TrainingJob job) {
    AdapterRow row = known.get(job.adapterId());
    return row != null && isThere(row);
  }

  /** Whether the adapter was trained, and its file is gone since. */
  boolean isLost(TrainingJob job) {
    AdapterRow row = known.get(job.adapterId());
    return row != null && lost.contains(row.uri());
  }

  private boolean isThere(AdapterRow row) {
    return row.uri() != null && !lost.contains(row.uri());
  }

  private static AdapterRow first(AdapterRow one, AdapterRow other) {
    return BinaryOperator.minBy(
            Comparator.comparing(AdapterRow::createdAt).thenComparing(AdapterRow::adapterId))
        .apply(one, other);
  }

  /**
   * The adapter to issue under the subject's present contract: that of the planned training, or the
   * newest one where the training is yet to be done and may fail; null if one is there.
   */
  AdapterRow underAnotherContract(TrainingJob job) {
    if (isTrained(job)) {
      return null;
    }
    AdapterRow planned = trainings.get(job.trainingId());
    if (planned != null) {
      return planned;
    }
    SubjectRow subject = subjects.get(job.adapterId());
    List<AdapterRow> there = usable.getOrDefault(job.subjectId(), List.of());
    return there.stream().anyMatch(row -> Contracts.isCurrent(row, subject))
        ? null
        : there.stream().max(Comparator.comparing(AdapterRow::createdAt)).orElse(null);
  }

  /** An adapter to issue anew under what its subject has agreed to by now. */
  AdapterToIssue toIssue(SubjectRow subject, AdapterRow done) {
    Contract contract = Contracts.of(subject);
    String id = Ids.adapter(done.training(), contract.allowedPacks(), contract.consent());
    issues.put(id, new Issue(done, subject));
    return new AdapterToIssue(id, subject.subjectId(), done.uri(), contract);
  }

  boolean isToBeIssued(TrainingJob job) {
    return issues.containsKey(job.adapterId());
  }

  /** Adapters of trainings that were done before, under the subjects' new contracts. */
  void issued(List<IssuedAdapter> made) {
    List<IssuedAdapter> results =
        Contracts.permitted(
            context,
            made,
            result -> issues.get(result.adapterId()).subject().subjectId(),
            (result, subject) -> Contracts.refusal(context.settings(), subject));
    List<AdapterRow> rows = new ArrayList<>();
    for (IssuedAdapter result : results) {
      if (result.reason() != null) {
        notIssued(result);
        continue;
      }
      issued++;
      Issue issue = issues.get(result.adapterId());
      rows.add(
          issue
              .source()
              .issued(
                  result.adapterId(),
                  result.uri(),
                  result.sha256(),
                  result.bytes(),
                  issue.subject().consent(),
                  issue.subject().allowedPacks(),
                  context.now(),
                  context.runId()));
    }
    write(rows);
  }

  private void notIssued(IssuedAdapter result) {
    TrainingJob job = jobs.get(result.adapterId());
    if (job == null) {
      // What is planned for its subject has a row of its own.
      LOG.warn("adapter {} was not issued: {}", result.adapterId(), result.reason());
    } else {
      failed(Map.of(job, result.reason()));
    }
  }

  /** Subjects that cannot be trained as they are: a row each, which repeated runs leave alone. */
  void refuse(Map<TrainingJob, String> reasons) {
    List<AdapterRow> rows = new ArrayList<>();
    reasons.forEach(
        (job, reason) -> {
          notReady++;
          AdapterRow row = known.get(job.adapterId());
          if (Contracts.isRefusal(reason)) {
            files.forget(job.subjectId());
          }
          if (row == null || (row.uri() == null && !reason.equals(row.reason()))) {
            rows.add(row(job, TrainedAdapter.failed(job, reason, Effort.none())));
          }
        });
    write(rows);
  }

  /** Trainings that failed before they began, with the reasons. */
  void failed(Map<TrainingJob, String> reasons) {
    if (reasons.isEmpty()) {
      return;
    }
    Effort none = Effort.none();
    List<TrainedAdapter> failed = new ArrayList<>();
    reasons.forEach((job, reason) -> failed.add(TrainedAdapter.failed(job, reason, none)));
    commit(failed);
  }

  /** Steps first, then the adapters: an adapter's row says that all of it is there. */
  void commit(List<TrainedAdapter> made) {
    List<TrainedAdapter> results =
        Contracts.permitted(
            context,
            made,
            result -> jobs.get(result.adapterId()).subjectId(),
            (result, subject) -> Contracts.refusal(context.settings(), subject));
    List<TrainingStepRow> steps = new ArrayList<>();
    List<AdapterRow> rows = new ArrayList<>();
    Instant now = context.now();
    for (TrainedAdapter result : results) {
      TrainingJob job = jobs.get(result.adapterId());
      result.steps().forEach(step -> steps.add(step(job, step, now)));
      rows.add(row(job, result));
      count(result);
    }
    stepRows += context.tables().trainingSteps().insertNew(steps, stepsTxn).rows();
    stepsTxn = stepsTxn.next();
    write(rows);
    results.forEach(this::tidy);
  }

  private void tidy(TrainedAdapter result) {
    TrainingJob job = jobs.get(result.adapterId());
    if (result.trained()) {
      files.done(job);
    } else if (Contracts.isRefusal(result.reason())) {
      files.forget(job.subjectId());
    }
  }

  private void count(TrainedAdapter result) {
    if (result.trained()) {
      trained++;
    } else if (Contracts.isRefusal(result.reason())) {
      notReady++;
    } else {
      failed++;
    }
    Effort effort = result.effort();
    if (effort.executor() != null) {
      modelLoads.merge(effort.executor(), effort.modelLoads(), Math::max);
    }
  }

  /** Deletes what earlier runs have left. */
  void sweep() {
    files.sweep(jobs.values(), trainings.keySet());
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
    Set<String> gone =
        rows.stream()
            .map(row -> known.get(row.adapterId()))
            .filter(row -> row != null && lost.contains(row.uri()))
            .map(AdapterRow::uri)
            .collect(Collectors.toSet());
    adapterRows += context.tables().adapters().replaceFailedOrLost(rows, gone, adaptersTxn).rows();
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
        attempts(before, result),
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

  /** A try that ended before its training began has left no task to count. */
  private static int attempts(AdapterRow before, TrainedAdapter result) {
    int tasks = result.effort().attempts();
    if (before == null) {
      return tasks;
    }
    boolean tried = result.trained() || !TrainJob.isNotReady(result.reason());
    return Math.max(before.attempts() + (tried ? 1 : 0), tasks);
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
