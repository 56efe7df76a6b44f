package io.atelier.job;

import io.atelier.spark.Fanout;
import io.atelier.spark.Progress;
import io.atelier.spark.UnitRun;
import io.atelier.table.AdapterRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.RequestRow;
import io.atelier.table.SubjectRow;
import io.atelier.worker.EncodePrompts;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.PromptToEncode;
import io.atelier.worker.RenderImages;
import io.atelier.worker.RenderJob;
import io.atelier.worker.RenderedImage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Renders style packs for every subject with an adapter. Each distinct prompt is encoded once;
 * images are denoised in fixed batches, grouped by adapter, which is merged once a task.
 */
public final class GenerateJob {
  static final String STAGE = "generate";
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(10);
  private static final int PROMPTS_A_TASK = 64;

  private GenerateJob() {}

  /** Renders what the packs of the settings ask for and is not there yet. */
  public static StageResult run(JobContext context) {
    return StageRun.run(
        context,
        STAGE,
        "Render the style packs for every subject with an adapter",
        List.of(SubjectRow.TABLE, AdapterRow.TABLE, RequestRow.TABLE, GenerationRow.TABLE),
        () -> generate(context));
  }

  private static StageResult generate(JobContext context) {
    ModelSpec model = BaseModel.of(context.settings(), context.settings().generate().precision());
    RenderPlan plan = RenderPlan.of(context, model);
    GenerationRows rows = new GenerationRows(context, model, plan);
    rows.refuse();
    rows.failed(plan.withoutPrompts(encode(context, model, plan.prompts())));
    render(context, model, plan.jobs(), rows);
    return rows.result();
  }

  /** Encodes the prompts; gives the reason for each that failed, by embedding id. */
  private static Map<String, String> encode(
      JobContext context, ModelSpec model, List<PromptToEncode> prompts) {
    Map<String, String> failed = new HashMap<>();
    if (prompts.isEmpty()) {
      return failed;
    }
    int tasks = Math.max(context.parallelism(), prompts.size() / PROMPTS_A_TASK);
    try (Progress progress = context.progress("Encoding", "prompts", prompts.size())) {
      EncodePrompts work = new EncodePrompts(model, context.task(progress));
      UnitRun.<PromptToEncode, EncodePrompts.Failed>run(
          context.onGpus(Fanout.partitions(context.spark(), prompts, tasks)),
          work::apply,
          COMMIT_EVERY,
          results -> results.forEach(f -> failed.put(f.embeddingId(), f.reason())));
    }
    return failed;
  }

  private static void render(
      JobContext context, ModelSpec model, List<RenderJob> jobs, GenerationRows rows) {
    if (jobs.isEmpty()) {
      return;
    }
    long images = jobs.stream().mapToLong(RenderJob::images).sum();
    try (Progress progress = context.progress("Rendering", "images", images)) {
      RenderImages work = new RenderImages(model, context.task(progress));
      UnitRun.<RenderJob, RenderedImage>run(
          context.onGpus(Fanout.each(context.spark(), jobs)),
          work::apply,
          COMMIT_EVERY,
          rows::commit);
    }
  }
}
