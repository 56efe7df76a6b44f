package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.provenance.Hashes;
import io.atelier.table.AdapterRow;
import io.atelier.table.LakeTable;
import io.atelier.table.RequestRow;
import io.atelier.table.Written;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.PromptToEncode;
import io.atelier.worker.RenderBatch;
import io.atelier.worker.RenderImage;
import io.atelier.worker.RenderJob;
import io.atelier.worker.RenderedImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * The batches that still have to be rendered. A batch that was rendered in part is rendered whole,
 * but for what must not be made: what shares a batch decides the last bits of a picture.
 */
final class RenderPlan {
  private static final int BATCHES_A_TASK = 16;

  private final ModelSpec model;
  private final Map<String, AdapterRow> adapters;
  private final Map<String, List<RequestRow>> batches;
  private final Map<RequestRow, String> refused;
  private final Set<String> open;
  private final Map<String, String> packs;
  private final long planned;
  private final Written inserted;
  private final Map<String, String> failedPrompts = new HashMap<>();

  private RenderPlan(
      ModelSpec model,
      Map<String, AdapterRow> adapters,
      Map<String, List<RequestRow>> batches,
      Map<RequestRow, String> refused,
      Set<String> open,
      Map<String, String> packs,
      long planned,
      Written inserted) {
    this.model = model;
    this.adapters = adapters;
    this.batches = batches;
    this.refused = refused;
    this.open = open;
    this.packs = packs;
    this.planned = planned;
    this.inserted = inserted;
  }

  /** Writes new requests and finds the batches with an image that is to be made. */
  static RenderPlan of(JobContext context, ModelSpec model) {
    RequestPlan requests = new RequestPlan(context, model);
    List<AdapterRow> adapters = requests.adapters();
    List<PlannedRequest> planned = requests.requests(adapters);
    Written inserted = requests.insertNew(planned.stream().map(PlannedRequest::request).toList());
    Map<String, String> permitted = new HashMap<>();
    Map<String, String> refusals = new HashMap<>();
    for (PlannedRequest request : planned) {
      String id = request.request().requestId();
      if (request.refusal() == null) {
        permitted.put(id, request.request().pack());
      } else {
        refusals.put(id, request.refusal());
      }
    }
    Map<String, AdapterRow> bySubject =
        adapters.stream().collect(Collectors.toMap(AdapterRow::subjectId, row -> row));
    Map<String, List<RequestRow>> batches = new TreeMap<>();
    for (RequestRow row : openBatches(context, permitted.keySet())) {
      if (permitted.containsKey(row.requestId())
          || requests.refusal(bySubject.get(row.subjectId()), row.pack()) == null) {
        batches.computeIfAbsent(row.batchId(), id -> new ArrayList<>()).add(row);
      }
    }
    Map<RequestRow, String> refused = new LinkedHashMap<>();
    notDone(context, refusals.keySet())
        .forEach(row -> refused.put(row, refusals.get(row.requestId())));
    Set<String> open = ids(notDone(context, ids(batches.values())));
    return new RenderPlan(
        model, bySubject, batches, refused, open, permitted, planned.size(), inserted);
  }

  private static Set<String> ids(Collection<List<RequestRow>> batches) {
    return ids(batches.stream().flatMap(List::stream).toList());
  }

  private static Set<String> ids(List<RequestRow> requests) {
    return requests.stream().map(RequestRow::requestId).collect(Collectors.toSet());
  }

  /** All requests of the batches that have one of these without an image. */
  private static List<RequestRow> openBatches(JobContext context, Set<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    LakeTable<RequestRow> table = context.tables().requests();
    Dataset<Row> open = pending(context, ids).select("batch_id").distinct();
    return table.rows(Joins.with(table.read(), open, "batch_id"));
  }

  /** Those of some requests that have no image. */
  private static List<RequestRow> notDone(JobContext context, Set<String> ids) {
    return ids.isEmpty() ? List.of() : context.tables().requests().rows(pending(context, ids));
  }

  private static Dataset<Row> pending(JobContext context, Set<String> ids) {
    Dataset<Row> wanted =
        context.spark().createDataset(List.copyOf(ids), Encoders.STRING()).toDF("request_id");
    Dataset<Row> done = context.tables().generations().read().where(col("status").equalTo("DONE"));
    Dataset<Row> asked = Joins.with(context.tables().requests().read(), wanted, "request_id");
    return Joins.without(asked, done, "request_id");
  }

  long planned() {
    return planned;
  }

  Written inserted() {
    return inserted;
  }

  int adapterCount() {
    return adapters.size();
  }

  /** What must not be made and is not there from a time when it was allowed, with the reason. */
  Map<RequestRow, String> refused() {
    return refused;
  }

  /** The adapter that a request is rendered with: it may have been planned for an earlier one. */
  AdapterRow adapter(RequestRow request) {
    return adapters.get(request.subjectId());
  }

  /**
   * The pack that a picture is made for now: the same picture may have been planned first for
   * another one.
   */
  String pack(RequestRow request) {
    return packs.getOrDefault(request.requestId(), request.pack());
  }

  /** What is to be rendered, by id, and what shares a batch with it. */
  Map<String, RequestRow> requests() {
    return batches.values().stream()
        .flatMap(List::stream)
        .collect(Collectors.toMap(RequestRow::requestId, row -> row));
  }

  /** Every distinct text of the batches. */
  List<PromptToEncode> prompts() {
    Map<String, PromptToEncode> prompts = new TreeMap<>();
    for (RequestRow row : requests().values()) {
      add(prompts, prompt(row));
      if (negative(row) != null) {
        add(prompts, PromptToEncode.of(negative(row), model));
      }
    }
    return new ArrayList<>(prompts.values());
  }

  private static void add(Map<String, PromptToEncode> prompts, PromptToEncode prompt) {
    prompts.put(prompt.embeddingId(), prompt);
  }

  /** The trigger token of a textual inversion is a word of its adapter alone. */
  private PromptToEncode prompt(RequestRow row) {
    AdapterRow adapter = adapter(row);
    PromptToEncode plain = PromptToEncode.of(row.prompt(), model);
    return learnsWord(adapter)
        ? new PromptToEncode(
            Hashes.ofFields("embedding", plain.embeddingId(), adapter.training()),
            row.prompt(),
            adapter.triggerToken(),
            adapter.uri(),
            adapter.sha256())
        : plain;
  }

  private static boolean learnsWord(AdapterRow adapter) {
    return adapter.method().equals(TrainRecipe.TEXTUAL_INVERSION);
  }

  private static String negative(RequestRow row) {
    return row.trueCfg() > 1 ? row.negativePrompt() : null;
  }

  /**
   * Leaves out the images whose prompt could not be encoded.
   *
   * @param failed the reason by embedding id
   * @return a failed result for each such image
   */
  List<RenderedImage> withoutPrompts(Map<String, String> failed) {
    failedPrompts.putAll(failed);
    List<RenderedImage> results = new ArrayList<>();
    for (RequestRow row : requests().values()) {
      String reason = open.contains(row.requestId()) ? reason(row) : null;
      if (reason != null) {
        results.add(RenderedImage.failed(row.requestId(), row.batchId(), reason, "cpu", 0));
      }
    }
    return results;
  }

  private String reason(RequestRow row) {
    String reason = failedPrompts.get(prompt(row).embeddingId());
    return reason != null || negative(row) == null
        ? reason
        : failedPrompts.get(model.embeddingId(negative(row)));
  }

  /** One job for up to 16 batches of an adapter. */
  List<RenderJob> jobs() {
    Map<String, List<RenderBatch>> bySubject = new LinkedHashMap<>();
    for (List<RequestRow> rows : batches.values()) {
      List<RequestRow> good = rows.stream().filter(row -> reason(row) == null).toList();
      if (!good.isEmpty()) {
        bySubject
            .computeIfAbsent(good.get(0).subjectId(), id -> new ArrayList<>())
            .add(batch(good));
      }
    }
    List<RenderJob> jobs = new ArrayList<>();
    bySubject.forEach((subject, list) -> jobs.addAll(jobs(adapters.get(subject), list)));
    return jobs;
  }

  private static List<RenderJob> jobs(AdapterRow adapter, List<RenderBatch> batches) {
    List<RenderJob> jobs = new ArrayList<>();
    for (int start = 0; start < batches.size(); start += BATCHES_A_TASK) {
      List<RenderBatch> part =
          batches.subList(start, Math.min(batches.size(), start + BATCHES_A_TASK));
      jobs.add(
          new RenderJob(
              adapter.subjectId(),
              adapter.adapterId(),
              learnsWord(adapter) ? null : adapter.uri(),
              learnsWord(adapter) ? null : adapter.sha256(),
              new ArrayList<>(part)));
    }
    return jobs;
  }

  private RenderBatch batch(List<RequestRow> rows) {
    RequestRow first = rows.get(0);
    return new RenderBatch(
        first.batchId(),
        first.width(),
        first.height(),
        first.steps(),
        rows.stream().map(this::image).toList());
  }

  private RenderImage image(RequestRow row) {
    return new RenderImage(
        row.requestId(),
        prompt(row).embeddingId(),
        negative(row) == null ? null : model.embeddingId(negative(row)),
        row.guidance(),
        row.trueCfg(),
        row.seed(),
        !open.contains(row.requestId()));
  }
}
