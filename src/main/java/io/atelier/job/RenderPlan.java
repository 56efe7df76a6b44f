package io.atelier.job;

import static org.apache.spark.sql.functions.col;

import io.atelier.provenance.Hashes;
import io.atelier.style.RenderRequest;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The batches that still have to be rendered. A batch that was rendered in part is rendered whole:
 * what shares a batch decides the last bits of a picture.
 */
final class RenderPlan {
  private static final int BATCHES_A_TASK = 16;

  private final ModelSpec model;
  private final Map<String, AdapterRow> adapters;
  private final Map<String, List<RequestRow>> batches;
  private final long planned;
  private final Written inserted;
  private final Map<String, String> failedPrompts = new HashMap<>();

  private RenderPlan(
      ModelSpec model,
      Map<String, AdapterRow> adapters,
      Map<String, List<RequestRow>> batches,
      long planned,
      Written inserted) {
    this.model = model;
    this.adapters = adapters;
    this.batches = batches;
    this.planned = planned;
    this.inserted = inserted;
  }

  /** Writes new requests and finds the batches with an image that is not done. */
  static RenderPlan of(JobContext context, ModelSpec model) {
    RequestPlan requests = new RequestPlan(context, model);
    List<AdapterRow> adapters = requests.adapters();
    List<RenderRequest> planned = requests.requests(adapters);
    Written inserted = requests.insertNew(planned);
    return new RenderPlan(
        model,
        adapters.stream().collect(Collectors.toMap(AdapterRow::adapterId, row -> row)),
        pending(context, planned),
        planned.size(),
        inserted);
  }

  private static Map<String, List<RequestRow>> pending(
      JobContext context, List<RenderRequest> planned) {
    if (planned.isEmpty()) {
      return Map.of();
    }
    LakeTable<RequestRow> table = context.tables().requests();
    Dataset<Row> ids =
        context
            .spark()
            .createDataset(
                planned.stream().map(RenderRequest::requestId).toList(),
                org.apache.spark.sql.Encoders.STRING())
            .toDF("request_id");
    Dataset<Row> done = context.tables().generations().read().where(col("status").equalTo("DONE"));
    Dataset<Row> open =
        table
            .read()
            .join(ids, new String[] {"request_id"}, "left_semi")
            .join(done.select("request_id"), new String[] {"request_id"}, "left_anti")
            .select("batch_id")
            .distinct();
    Map<String, List<RequestRow>> batches = new TreeMap<>();
    table
        .rows(table.read().join(open, new String[] {"batch_id"}, "left_semi"))
        .forEach(row -> batches.computeIfAbsent(row.batchId(), id -> new ArrayList<>()).add(row));
    return batches;
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
        String id = embeddingId(negative(row));
        add(prompts, new PromptToEncode(id, negative(row), null, null));
      }
    }
    return new ArrayList<>(prompts.values());
  }

  private static void add(Map<String, PromptToEncode> prompts, PromptToEncode prompt) {
    prompts.put(prompt.embeddingId(), prompt);
  }

  /** The trigger token of a textual inversion is a word of its adapter alone. */
  private PromptToEncode prompt(RequestRow row) {
    AdapterRow adapter = adapters.get(row.adapterId());
    String id = embeddingId(row.prompt());
    return learnsWord(adapter)
        ? new PromptToEncode(
            Hashes.ofFields("embedding", id, adapter.adapterId()),
            row.prompt(),
            adapter.triggerToken(),
            adapter.uri())
        : new PromptToEncode(id, row.prompt(), null, null);
  }

  private static boolean learnsWord(AdapterRow adapter) {
    return adapter.method().equals(TrainSettings.TEXTUAL_INVERSION);
  }

  private String embeddingId(String text) {
    return Hashes.ofFields(
        "embedding", model.hash(), model.precision().toString(), model.t5Length(), text);
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
      String reason = reason(row);
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
        : failedPrompts.get(embeddingId(negative(row)));
  }

  /** One job for up to 16 batches of an adapter. */
  List<RenderJob> jobs() {
    Map<String, List<RenderBatch>> byAdapter = new LinkedHashMap<>();
    for (List<RequestRow> rows : batches.values()) {
      List<RequestRow> good = rows.stream().filter(row -> reason(row) == null).toList();
      if (!good.isEmpty()) {
        byAdapter
            .computeIfAbsent(good.get(0).adapterId(), id -> new ArrayList<>())
            .add(batch(good));
      }
    }
    List<RenderJob> jobs = new ArrayList<>();
    byAdapter.forEach((adapter, list) -> jobs.addAll(jobs(adapters.get(adapter), list)));
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
        negative(row) == null ? null : embeddingId(negative(row)),
        row.guidance(),
        row.trueCfg(),
        row.seed());
  }
}
