package io.atelier.pretrain;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.Latents;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.TransformerInput;
import io.atelier.lora.JobRandom;
import io.atelier.nn.Compute;
import io.atelier.nn.Torch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A part of a batch for the transformer, by flow matching (Lipman et al. 2022; Esser et al. 2024:
 * logit-normal levels): the velocity from the latents to noise, one caption in ten left empty, the
 * guidance scale 1.
 *
 * <p>With a teacher, the transformer of an earlier stage, it learns instead what the teacher says
 * under classifier-free guidance at a drawn scale, which it is told (Meng et al., On Distillation
 * of Guided Diffusion Models, 2023): what makes FLUX.1-dev of its parent.
 */
final class FlowStage implements TrainingRun.Part {
  static final String COMPONENT = "transformer";
  static final double MOST_GUIDANCE = 6;
  private static final double EMPTY = 0.1;
  private static final double LONG = 0.1;

  private final FluxTransformer model;
  private final FluxTransformer teacher;
  private final EncodedDrawings drawings;
  private final Captioned captions;
  private final String stage;
  private final JobRandom noise;
  private final int batch;
  private final int part;

  /**
   * Part number {@code part} of a stage.
   *
   * @param captions belongs to the part from now on
   * @param teacher null for none; belongs to the part from now on
   */
  FlowStage(
      String stage,
      Leaves leaves,
      FluxTransformer teacher,
      EncodedDrawings drawings,
      Captioned captions,
      int batch,
      int part) {
    this.stage = stage;
    this.teacher = teacher;
    this.drawings = drawings;
    this.captions = captions;
    this.batch = batch;
    this.part = part;
    noise = new JobRandom(stage);
    model =
        new FluxTransformer(Sizes.transformer(), leaves.weights(COMPONENT), Compute.CPU_FLOAT32);
  }

  @Override
  public double backward(int step) {
    try (PointerScope scope = new PointerScope()) {
      SplittableRandom random = Draw.random(stage, step, part);
      int[] chosen = Draw.indices(random, batch, drawings.count());
      int length = random.nextDouble() < LONG ? Sizes.MOST_T5_TOKENS : Sizes.T5_LENGTH;
      Tensor clean = drawings.latents(chosen);
      Tensor drawn = noise.normal("noise", step, part, clean.shape());
      Tensor level = levels(random);
      Tensor share = level.view(-1, 1, 1, 1);
      Tensor mixed = clean.add(share.mul(drawn.sub(clean)));
      PromptEmbedding.Batch prompts = captions.encode(texts(chosen, random), length);
      Tensor packed = Latents.pack(mixed);
      long side = clean.size(2);
      Tensor target = Latents.pack(drawn.sub(clean));
      Tensor scale = torch.ones_like(level);
      if (teacher != null) {
        scale = scales(random);
        target = guided(packed, level, prompts, scale, side);
      }
      Tensor velocity = velocity(model, packed, level, prompts, scale, side);
      Tensor loss = velocity.sub(target).square().mean();
      loss.backward();
      return loss.item_double();
    }
  }

  private Tensor guided(
      Tensor packed, Tensor level, PromptEmbedding.Batch prompts, Tensor scale, long side) {
    try (NoGradGuard frozen = new NoGradGuard()) {
      Tensor one = torch.ones_like(level);
      int length = (int) prompts.t5().size(1);
      PromptEmbedding.Batch empty = captions.encode(Collections.nCopies(batch, ""), length);
      Tensor towards = velocity(teacher, packed, level, prompts, one, side);
      Tensor away = velocity(teacher, packed, level, empty, one, side);
      return away.add(towards.sub(away).mul(scale.view(-1, 1, 1)));
    }
  }

  private static Tensor velocity(
      FluxTransformer transformer,
      Tensor packed,
      Tensor level,
      PromptEmbedding.Batch prompts,
      Tensor guidance,
      long side) {
    return transformer.forward(
        new TransformerInput(
            packed,
            prompts.t5(),
            prompts.pooled(),
            level,
            guidance,
            Latents.imageIds(side, side),
            Latents.textIds(prompts.t5().size(1))));
  }

  private List<String> texts(int[] chosen, SplittableRandom random) {
    double empty = teacher == null ? EMPTY : 0;
    List<String> texts = new ArrayList<>();
    for (int index : chosen) {
      String caption = CaptionDraw.of(drawings.scene(index), random);
      texts.add(random.nextDouble() < empty ? "" : caption);
    }
    return texts;
  }

  private Tensor levels(SplittableRandom random) {
    float[] levels = new float[batch];
    for (int i = 0; i < batch; i++) {
      levels[i] = (float) (1 / (1 + Math.exp(-gaussian(random))));
    }
    return Torch.tensor(levels, batch);
  }

  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private Tensor scales(SplittableRandom random) {
    float[] scales = new float[batch];
    for (int i = 0; i < batch; i++) {
      scales[i] = (float) random.nextDouble(1, MOST_GUIDANCE);
    }
    return Torch.tensor(scales, batch);
  }

  @Override
  public void close() {
    model.close();
    captions.close();
    if (teacher != null) {
      teacher.close();
    }
  }
}
