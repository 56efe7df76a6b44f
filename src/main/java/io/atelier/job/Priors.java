package io.atelier.job;

import io.atelier.table.PriorRow;
import io.atelier.table.TxnId;
import io.atelier.worker.MadePrior;
import io.atelier.worker.MakePriors;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.PriorJob;
import io.atelier.worker.PromptToEncode;
import io.atelier.worker.StoredHash;
import io.atelier.worker.TrainingJob;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes the class samples that trainings need and that are not there yet. */
final class Priors {
  private final JobContext context;
  private final ModelSpec model;
  private final Map<String, String> failed = new HashMap<>();
  private TxnId txn;

  Priors(JobContext context, ModelSpec model) {
    this.context = context;
    this.model = model;
    txn = context.txn(TrainJob.STAGE, "priors");
  }

  /** Makes those of some trainings; gives the reason for each that failed, by prior id. */
  Map<String, String> make(List<TrainingJob> trainings) {
    List<PriorJob> missing = missing(trainings);
    Map<String, PriorJob> byId =
        missing.stream().collect(Collectors.toMap(PriorJob::priorId, prior -> prior));
    new GpuWork<>(context, "Class samples", "samples", PriorJob::samples)
        .<MadePrior>each(
            encoded(missing),
            task -> new MakePriors(model, task)::apply,
            results -> commit(byId, results));
    return failed;
  }

  private List<PriorJob> missing(List<TrainingJob> trainings) {
    Map<String, PriorJob> wanted = new TreeMap<>();
    trainings.stream()
        .map(TrainingJob::prior)
        .filter(Objects::nonNull)
        .forEach(prior -> wanted.put(prior.priorId(), prior));
    if (!wanted.isEmpty()) {
      Set<String> there =
          context.tables().priors().rows().stream()
              .filter(row -> wanted.containsKey(row.priorId()))
              .filter(this::isIntact)
              .map(PriorRow::priorId)
              .collect(Collectors.toSet());
      wanted.keySet().removeAll(there);
    }
    return List.copyOf(wanted.values());
  }

  /** Whether the file is the one that was made; another one is deleted, to be made again. */
  private boolean isIntact(PriorRow row) {
    URI file = context.lake().prior(row.priorId());
    if (!context.store().exists(file)) {
      return false;
    }
    if (StoredHash.of(context.store(), file).equals(row.sha256())) {
      return true;
    }
    context.say(
        "%s: the class samples %s are damaged and are made again"
            .formatted(TrainJob.STAGE, row.uri()));
    context.store().delete(file);
    return false;
  }

  /** Those whose captions could be encoded: by tasks of their own, as encoders take much memory. */
  private List<PriorJob> encoded(List<PriorJob> priors) {
    List<PromptToEncode> captions =
        priors.stream().map(prior -> PromptToEncode.of(prior.caption(), model)).toList();
    Map<String, String> reasons = Prompts.encode(context, model, captions);
    priors.stream()
        .filter(prior -> reasons.containsKey(prior.embeddingId()))
        .forEach(prior -> failed.put(prior.priorId(), reasons.get(prior.embeddingId())));
    return priors.stream().filter(prior -> !failed.containsKey(prior.priorId())).toList();
  }

  private void commit(Map<String, PriorJob> jobs, List<MadePrior> results) {
    results.stream()
        .filter(made -> made.reason() != null)
        .forEach(made -> failed.put(made.priorId(), made.reason()));
    List<PriorRow> rows =
        results.stream()
            .filter(made -> made.reason() == null)
            .map(made -> row(jobs.get(made.priorId()), made))
            .toList();
    context.tables().priors().upsertChanged(rows, txn);
    txn = txn.next();
  }

  private PriorRow row(PriorJob job, MadePrior made) {
    return new PriorRow(
        job.priorId(),
        job.classNoun(),
        job.caption(),
        job.taught() ? "teacher" : "images",
        job.samples(),
        job.steps(),
        job.guidance(),
        job.side(),
        model.hash(),
        made.uri(),
        made.sha256(),
        made.bytes(),
        context.now(),
        context.runId());
  }
}
