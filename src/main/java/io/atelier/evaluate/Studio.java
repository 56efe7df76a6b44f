package io.atelier.evaluate;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxPipeline;
import io.atelier.flux.ImageRequest;
import io.atelier.flux.Picture;
import io.atelier.image.Rgb;
import io.atelier.lora.Adapter;
import io.atelier.lora.Merge;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Renders pictures of prompts with one checkpoint, by itself or with an adapter. */
final class Studio implements AutoCloseable {
  private static final int BATCH = 8;

  private final EvaluationPlan plan;
  private final FluxPipeline pipeline;

  Studio(EvaluationPlan plan) {
    this.plan = plan;
    this.pipeline = FluxPipeline.load(Checkpoint.open(plan.checkpoint()), plan.rendering());
  }

  /** Pictures of the prompts by the checkpoint alone; the i-th starts from noise of its own. */
  List<Rgb> render(List<String> prompts, long firstSeed) {
    List<Rgb> pictures = new ArrayList<>();
    for (int from = 0; from < prompts.size(); from += BATCH) {
      List<ImageRequest> requests =
          IntStream.range(from, Math.min(from + BATCH, prompts.size()))
              .mapToObj(i -> request(prompts.get(i), firstSeed + i))
              .toList();
      for (Picture picture : pipeline.generate(requests, (done, all) -> {})) {
        pictures.add(new Rgb(picture.rgb(), picture.width(), picture.height()));
      }
    }
    return pictures;
  }

  /** The same with an adapter. */
  List<Rgb> render(List<String> prompts, long firstSeed, Adapter adapter) {
    Merge.apply(pipeline.transformer().linears(), List.of(new Merge.Weighted(adapter, 1)));
    try {
      return render(prompts, firstSeed);
    } finally {
      Merge.restore(pipeline.transformer().linears());
    }
  }

  FluxPipeline pipeline() {
    return pipeline;
  }

  private ImageRequest request(String prompt, long seed) {
    return new ImageRequest(
        prompt,
        null,
        seed,
        plan.side(),
        plan.side(),
        plan.steps(),
        plan.guidance(),
        1,
        plan.t5Length());
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
