package io.atelier.job;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.spark.Fanout;
import io.atelier.spark.Progress;
import io.atelier.spark.UnitRun;
import io.atelier.table.AdapterRow;
import io.atelier.table.AssetRow;
import io.atelier.table.CaptionRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.VerdictRow;
import io.atelier.worker.AdapterToIssue;
import io.atelier.worker.EncodeSubjects;
import io.atelier.worker.IssueAdapters;
import io.atelier.worker.IssuedAdapter;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.TrainSubjects;
import io.atelier.worker.TrainedAdapter;
import io.atelier.worker.TrainingJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;

/**
 * Trains the adapters that are missing, one Spark task a subject. Latents and text embeddings are
 * made by tasks of their own before, so that the training tasks load the transformer only.
 */
public final class TrainJob {
  static final String STAGE = "train";
  private static final String TOO_FEW_PHOTOS = "TOO_FEW_PHOTOS";
  private static final int ADAPTERS_A_TASK = 16;
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(10);

  private TrainJob() {}

  /**
   * Does the trainings that have not been done; what one made before is issued anew, without
   * training, where its subject has agreed to another contract since.
   */
  public static StageResult run(JobContext context) {
    return StageRun.run(
        context,
        STAGE,
        "Train an adapter for every subject that lacks one",
        List.of(SubjectRow.TABLE, AssetRow.TABLE, VerdictRow.TABLE, CaptionRow.TABLE),
        () -> train(context));
  }

  private static StageResult train(JobContext context) {
    ModelSpec model = BaseModel.of(context.settings(), context.settings().train().precision());
    TrainPlan plan = new TrainPlan(context, model);
    Map<SubjectRow, TrainingJob> planned = plan.jobs();
    if (planned.values().stream().allMatch(job -> job.photos().isEmpty())) {
      Accepted.sayOtherRules(context, STAGE);
    }
    AdapterRows rows = new AdapterRows(context, model, plan.recipe(), planned);
    rows.sweep();
    List<TrainingJob> pending = new ArrayList<>();
    List<AdapterToIssue> issuable = new ArrayList<>();
    Map<TrainingJob, String> refused = new LinkedHashMap<>();
    planned.forEach(
        (subject, job) -> {
          String refusal = Contracts.refusal(context.settings(), subject);
          String reason = refusal == null ? tooFewPhotos(context, job) : refusal;
          AdapterRow done = refusal == null ? rows.underAnotherContract(job) : null;
          if (done != null) {
            issuable.add(rows.toIssue(subject, done));
          }
          if (reason != null) {
            refused.put(job, reason);
          } else if (!rows.isTrained(job) && !rows.isToBeIssued(job)) {
            pending.add(job);
          }
        });
    rows.refuse(refused);
    sayLost(context, pending.stream().filter(rows::isLost).count());
    issue(context, issuable, rows);
    List<TrainingJob> encoded = encode(context, model, pending, rows);
    fit(context, model, withPriors(context, model, encoded, rows), rows);
    return rows.result(planned.size());
  }

  private static void sayLost(JobContext context, long adapters) {
    if (adapters > 0) {
      context.say(
          "%s: the files of %d adapters are not in the lake any more and are made again"
              .formatted(STAGE, adapters));
    }
  }

  /** Whether a reason says that the subject is not ready, and not that its training failed. */
  static boolean isNotReady(String reason) {
    return reason.startsWith(TOO_FEW_PHOTOS) || Contracts.isRefusal(reason);
  }

  /** The same of a column. */
  static Column isNotReady(Column reason) {
    return reason.startsWith(TOO_FEW_PHOTOS).or(Contracts.isRefusal(reason));
  }

  private static String tooFewPhotos(JobContext context, TrainingJob job) {
    int least = context.settings().curate().minPhotos();
    if (job.photos().size() < least) {
      return "%s: %d photos were accepted, at least %d are needed (curate.min_photos)."
          .formatted(TOO_FEW_PHOTOS, job.photos().size(), least);
    }
    return null;
  }

  private static void issue(JobContext context, List<AdapterToIssue> adapters, AdapterRows rows) {
    if (adapters.isEmpty()) {
      return;
    }
    int tasks = Math.max(context.parallelism(), adapters.size() / ADAPTERS_A_TASK);
    try (Progress progress = context.progress("Issuing", "adapters", adapters.size())) {
      IssueAdapters work = new IssueAdapters(context.task(progress));
      UnitRun.<AdapterToIssue, IssuedAdapter>run(
          Fanout.partitions(context.spark(), adapters, tasks),
          work::apply,
          COMMIT_EVERY,
          rows::issued);
    }
  }

  private static List<TrainingJob> encode(
      JobContext context, ModelSpec model, List<TrainingJob> jobs, AdapterRows rows) {
    Map<String, TrainingJob> open = new LinkedHashMap<>();
    jobs.forEach(job -> open.put(job.adapterId(), job));
    Set<String> ready = new HashSet<>();
    try {
      new GpuWork<TrainingJob>(context, "Encoding", "subjects", job -> 1)
          .<EncodeSubjects.Encoded>each(
              jobs,
              task -> new EncodeSubjects(model, task)::apply,
              results -> {
                Map<TrainingJob, String> failed = new LinkedHashMap<>();
                for (EncodeSubjects.Encoded result : results) {
                  TrainingJob job = open.remove(result.adapterId());
                  if (result.reason() == null) {
                    ready.add(job.adapterId());
                  } else {
                    failed.put(job, result.reason());
                  }
                }
                rows.failed(failed);
              });
    } catch (AtelierException lost) {
      if (lost.code() != ErrorCode.EXECUTORS_LOST || ready.isEmpty()) {
        throw lost;
      }
      // What kills executors again and again must not keep the others from their training.
      String reason = lost.code() + ": " + lost.getMessage();
      rows.failed(open.values().stream().collect(Collectors.toMap(job -> job, job -> reason)));
    }
    return jobs.stream().filter(job -> ready.contains(job.adapterId())).toList();
  }

  private static List<TrainingJob> withPriors(
      JobContext context, ModelSpec model, List<TrainingJob> jobs, AdapterRows rows) {
    Map<String, String> failed = new Priors(context, model).make(jobs);
    List<TrainingJob> ready = new ArrayList<>();
    Map<TrainingJob, String> without = new LinkedHashMap<>();
    for (TrainingJob job : jobs) {
      String reason = job.prior() == null ? null : failed.get(job.prior().priorId());
      if (reason == null) {
        ready.add(job);
      } else {
        without.put(job, "the class samples could not be made: " + reason);
      }
    }
    rows.failed(without);
    return ready;
  }

  private static void fit(
      JobContext context, ModelSpec model, List<TrainingJob> jobs, AdapterRows rows) {
    int saveEvery = context.settings().runtime().checkpointEvery();
    new GpuWork<TrainingJob>(context, "Training", "steps", job -> job.train().steps())
        .<TrainedAdapter>each(
            jobs, task -> new TrainSubjects(model, task, saveEvery)::apply, rows::commit);
  }
}
