package io.atelier.job;

import io.atelier.table.AdapterRow;
import io.atelier.table.AssetRow;
import io.atelier.table.GenerationRow;
import io.atelier.table.LikenessRow;
import io.atelier.table.RequestRow;
import io.atelier.table.SubjectRow;
import io.atelier.worker.LikenessSpec;
import io.atelier.worker.ModelSpec;
import io.atelier.worker.RenderImages;
import io.atelier.worker.RenderJob;
import io.atelier.worker.RenderedImage;
import java.util.List;
import java.util.Optional;

/**
 * Renders style packs for every subject with an adapter. Each distinct prompt is encoded once;
 * images are denoised in fixed batches, grouped by adapter, which is merged once a task. At the end
 * pictures are held against the photos of the person they should show.
 */
public final class GenerateJob {
  static final String STAGE = "generate";

  private GenerateJob() {}

  /** Renders what the packs of the settings ask for and is not there yet. */
  public static StageResult run(JobContext context) {
    return StageRun.run(
        context,
        STAGE,
        "Render the style packs for every subject with an adapter",
        List.of(
            SubjectRow.TABLE,
            AssetRow.TABLE,
            AdapterRow.TABLE,
            RequestRow.TABLE,
            GenerationRow.TABLE,
            LikenessRow.TABLE),
        () -> generate(context));
  }

  private static StageResult generate(JobContext context) {
    ModelSpec model = BaseModel.of(context.settings(), context.settings().generate().precision());
    Optional<LikenessSpec> network = Likenesses.network(context.settings());
    RenderPlan plan = RenderPlan.of(context, model);
    GenerationRows rows = new GenerationRows(context, model, plan);
    rows.refuse();
    rows.failed(plan.withoutPrompts(Prompts.encode(context, model, plan.prompts())));
    new GpuWork<>(context, "Rendering", "images", RenderJob::images)
        .<RenderedImage>each(
            plan.jobs(), task -> new RenderImages(model, task)::apply, rows::commit);
    return rows.result(network.map(judge -> Likenesses.complete(context, judge)));
  }
}
