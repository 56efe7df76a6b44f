package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.flux.TextEncoders;
import io.atelier.nn.Precision;
import io.atelier.provenance.Hashes;
import io.atelier.style.RenderRequest;
import io.atelier.style.Requests;
import io.atelier.style.StylePack;
import io.atelier.style.Subject;
import io.atelier.table.AdapterRow;
import io.atelier.table.LakeTable;
import io.atelier.table.RequestRow;
import io.atelier.table.SubjectRow;
import io.atelier.table.Written;
import io.atelier.worker.ModelSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Plans packs × adapters and writes the requests that are new, each in its batch for good. */
final class RequestPlan {
  private final JobContext context;
  private final ModelSpec model;
  private final Map<String, SubjectRow> subjects = new HashMap<>();

  RequestPlan(JobContext context, ModelSpec model) {
    this.context = context;
    this.model = model;
    context.tables().subjects().rows().forEach(row -> subjects.put(row.subjectId(), row));
  }

  /**
   * The trained adapter of every subject for this checkpoint: the one that the current settings
   * plan if it is there, else one under the subject's contract, else the newest.
   */
  List<AdapterRow> adapters() {
    LakeTable<AdapterRow> adapters = context.tables().adapters();
    Dataset<Row> trained =
        adapters
            .read()
            .where(col("status").equalTo("TRAINED"))
            .where(col("base_checkpoint").equalTo(model.hash()));
    Set<String> planned = new HashSet<>();
    // Trained in one precision, rendered in another: the plan is that of the stage train.
    Precision trainedIn = Precision.parse(context.settings().train().precision());
    new TrainPlan(context, model.in(trainedIn))
        .jobs()
        .values()
        .forEach(job -> planned.add(job.adapterId()));
    Comparator<AdapterRow> better =
        Comparator.comparing((AdapterRow row) -> planned.contains(row.adapterId()))
            .thenComparing(row -> Contracts.isCurrent(row, subjects.get(row.subjectId())))
            .thenComparing(AdapterRow::createdAt)
            .thenComparing(AdapterRow::adapterId);
    Map<String, AdapterRow> chosen = new TreeMap<>();
    for (AdapterRow row : adapters.rows(trained)) {
      if (subjects.containsKey(row.subjectId())) {
        chosen.merge(row.subjectId(), row, BinaryOperator.maxBy(better));
      }
    }
    return List.copyOf(chosen.values());
  }

  /** All requests of the packs for these adapters, in the packs' order. */
  List<PlannedRequest> requests(List<AdapterRow> adapters) {
    List<Subject> rendered =
        adapters.stream()
            .map(
                a ->
                    new Subject(
                        a.subjectId(),
                        a.triggerToken(),
                        a.classNoun(),
                        a.adapterId(),
                        a.training()))
            .toList();
    Map<String, AdapterRow> bySubject = new HashMap<>();
    adapters.forEach(adapter -> bySubject.put(adapter.subjectId(), adapter));
    Requests planner = new Requests(model.hash(), sampler());
    Map<String, PlannedRequest> planned = new LinkedHashMap<>();
    for (String pack : context.settings().generate().packs()) {
      for (RenderRequest request : planner.plan(StylePack.load(pack), rendered)) {
        String refusal = refusal(bySubject.get(request.subjectId()), request.pack());
        planned.merge(
            request.requestId(), new PlannedRequest(request, refusal), PlannedRequest::permitted);
      }
    }
    return new ArrayList<>(planned.values());
  }

  /**
   * Why an adapter must not be rendered with a pack; null if it may be.
   *
   * @param pack name and version
   */
  String refusal(AdapterRow adapter, String pack) {
    SubjectRow subject = subjects.get(adapter.subjectId());
    return Contracts.refusal(context.settings(), subject, adapter, pack);
  }

  /** Writes those that the table does not have. */
  Written insertNew(List<RenderRequest> requests) {
    LakeTable<RequestRow> table = context.tables().requests();
    List<String> known =
        requests.isEmpty()
            ? List.of()
            : Joins.with(table.read(), table.dataset(rows(requests, "")), "request_id")
                .select("request_id")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    List<RequestRow> fresh = new ArrayList<>();
    Set<String> there = new HashSet<>(known);
    List<RenderRequest> missing =
        requests.stream().filter(request -> !there.contains(request.requestId())).toList();
    batches(missing).forEach(batch -> fresh.addAll(rows(batch, batchId(batch))));
    return table.insertNew(fresh, context.txn(GenerateJob.STAGE, "requests"));
  }

  /** Neighbours of one adapter, one pack and one shape, up to the batch size. */
  private List<List<RenderRequest>> batches(List<RenderRequest> requests) {
    Map<List<Object>, List<RenderRequest>> open = new LinkedHashMap<>();
    List<List<RenderRequest>> batches = new ArrayList<>();
    for (RenderRequest request : requests) {
      List<Object> shape = shape(request);
      List<RenderRequest> batch = open.get(shape);
      if (batch == null || batch.size() == context.settings().generate().batchSize()) {
        batch = new ArrayList<>();
        open.put(shape, batch);
        batches.add(batch);
      }
      batch.add(request);
    }
    return batches;
  }

  private static List<Object> shape(RenderRequest request) {
    return List.of(
        request.adapterId(),
        request.pack(),
        request.width(),
        request.height(),
        request.steps(),
        request.trueCfg() > 1 && !request.negative().isEmpty());
  }

  private static String batchId(List<RenderRequest> batch) {
    List<Object> ids = new ArrayList<>(List.of("batch"));
    batch.forEach(request -> ids.add(request.requestId()));
    return Hashes.ofFields(ids.toArray());
  }

  /** What else decides the pixels. */
  private String sampler() {
    return model.sampler() + "/" + TextEncoders.VERSION + "/t5-" + model.t5Length();
  }

  private List<RequestRow> rows(List<RenderRequest> requests, String batchId) {
    Instant now = context.now();
    return requests.stream().map(request -> row(request, batchId, now)).toList();
  }

  private RequestRow row(RenderRequest request, String batchId, Instant now) {
    return new RequestRow(
        request.requestId(),
        batchId,
        request.subjectId(),
        request.adapterId(),
        request.pack(),
        request.look(),
        request.promptId(),
        request.prompt(),
        request.negative().isEmpty() ? null : request.negative(),
        request.width(),
        request.height(),
        request.steps(),
        request.guidance(),
        request.trueCfg(),
        request.seed(),
        request.baseCheckpoint(),
        now,
        context.runId());
  }
}
