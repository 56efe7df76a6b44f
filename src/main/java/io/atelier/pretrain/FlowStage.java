package io.atelier.pretrain;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.Latents;
import io.atelier.flux.PromptEmbedding;
import io.atelier.lora.FlowLoss;
import io.atelier.lora.JobRandom;
import io.atelier.lora.NoiseLevels;
import io.atelier.lora.SigmaSampling;
import io.atelier.nn.Leaves;
import io.atelier.nn.Torch;
import io.atelier.sample.Attributes;
import io.atelier.sample.Claims;
import io.atelier.sample.Scene;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A part of a batch for the transformer, by flow matching (Lipman et al. 2022; Esser et al. 2024:
 * logit-normal levels): the velocity from the latents to noise, one caption in ten left empty, the
 * guidance scale 1.
 *
 * <p>Logit-normal levels are above 0.95 once in six hundred times, where the brightness and colour
 * of whole areas still shine through the noise, because they are most of the variance of drawings.
 * A model of those alone takes them from the noise that a picture begins with and not from the
 * caption. So half of the levels can be even ones shifted towards noise.
 *
 * <p>A caption that leaves most things out teaches little about the words for them, so of a few
 * captions for a picture the longest is taken (Betker et al., Improving Image Generation with
 * Better Captions, 2023).
 *
 * <p>Most of a picture is background, much of it chance: books, leaves, windows. Who it shows is in
 * a few patches, so those of the head can count more ({@link HeadPatches}). Glasses are the fewest
 * and seldom spoken of, so they can be shown and said more often as well.
 *
 * <p>With a teacher, the transformer of an earlier stage, it learns instead what the teacher says
 * under classifier-free guidance at a drawn scale, which it is told (Meng et al., On Distillation
 * of Guided Diffusion Models, 2023): what makes FLUX.1-dev of its parent.
 */
final class FlowStage implements TrainingRun.Part {
  static final String COMPONENT = "transformer";
  static final double MOST_GUIDANCE = 6;
  private static final double EMPTY = 0.1;
  private static final double SHIFT = 6;
  private static final int PHRASINGS = 16;
  private static final int CHOICE = 3;
  private static final int GLASSES = 1000;

  private final Leaves leaves;
  private final FluxTransformer teacher;
  private final EncodedDrawings drawings;
  private final Captioned captions;
  private final JobRandom draws;
  private final boolean detailed;
  private final int batch;
  private final int part;

  /**
   * Part number {@code part} of a stage.
   *
   * @param captions belongs to the part from now on
   * @param teacher null for none; belongs to the part from now on
   * @param detailed whether half of the levels are shifted towards noise, and heads and glasses
   *     count more
   */
  FlowStage(
      String stage,
      Leaves leaves,
      FluxTransformer teacher,
      EncodedDrawings drawings,
      Captioned captions,
      boolean detailed,
      int batch,
      int part) {
    this.detailed = detailed;
    this.teacher = teacher;
    this.drawings = drawings;
    this.captions = captions;
    this.batch = batch;
    this.part = part;
    draws = new JobRandom(stage);
    this.leaves = leaves;
  }

  @Override
  public double backward(int step) {
    try (PointerScope scope = new PointerScope();
        FluxTransformer model = Mixed.transformer(Sizes.transformer(), leaves)) {
      SplittableRandom random = new SplittableRandom(draws.seed("batch", step, part));
      int[] chosen = IntStream.range(0, batch).map(sample -> drawing(random)).toArray();
      int length = length(step);
      Tensor clean = drawings.latents(chosen);
      Tensor noise = draws.normal("noise", step, part, clean.shape());
      Tensor level = levels(step, clean);
      PromptEmbedding.Batch prompts = captions.encode(texts(chosen, length, random), length);
      Tensor weights = detailed ? weights(chosen, (int) clean.size(2) / 2) : null;
      if (teacher == null) {
        return loss(clean, noise, level, prompts, 1, null, weights).backward(model, 1, false);
      }
      double scale = random.nextDouble(1, MOST_GUIDANCE);
      PromptEmbedding.Batch empty = captions.encode(Collections.nCopies(batch, ""), length);
      Tensor away = taught(clean, noise, level, empty);
      Tensor towards = taught(clean, noise, level, prompts);
      Tensor guided = away.add(towards.sub(away).mul(new Scalar(scale)));
      return loss(clean, noise, level, prompts, scale, guided, weights).backward(model, 1, false);
    }
  }

  /** The teacher's velocity [B, C, h, w] without guidance. */
  private Tensor taught(Tensor clean, Tensor noise, Tensor level, PromptEmbedding.Batch prompts) {
    try (NoGradGuard frozen = new NoGradGuard()) {
      Tensor packed = loss(clean, noise, level, prompts, 1, null, null).velocity(teacher);
      return Latents.unpack(packed, clean.size(2), clean.size(3));
    }
  }

  private static FlowLoss loss(
      Tensor clean,
      Tensor noise,
      Tensor level,
      PromptEmbedding.Batch prompts,
      double guidance,
      Tensor velocity,
      Tensor weights) {
    return new FlowLoss(
        clean, noise, level, prompts.t5(), prompts.pooled(), guidance, velocity, weights);
  }

  /** A drawing; with {@code detailed} one of two, rather one that shows somebody with glasses. */
  private int drawing(SplittableRandom random) {
    int index = random.nextInt(drawings.count());
    return !detailed || wearsGlasses(drawings.scene(index))
        ? index
        : random.nextInt(drawings.count());
  }

  private static boolean wearsGlasses(Scene scene) {
    return scene.attributes().eyewear() != Attributes.Eyewear.NONE;
  }

  private Tensor weights(int[] chosen, int side) {
    float[] weights = new float[chosen.length * side * side];
    for (int i = 0; i < chosen.length; i++) {
      Scene scene = drawings.scene(chosen[i]);
      float[] own = HeadPatches.weights(scene.shot().pose(), wearsGlasses(scene), side);
      System.arraycopy(own, 0, weights, i * own.length, own.length);
    }
    return Torch.tensor(weights, chosen.length, side * side);
  }

  private List<String> texts(int[] chosen, int length, SplittableRandom random) {
    double empty = teacher == null ? EMPTY : 0;
    List<String> texts = new ArrayList<>();
    for (int index : chosen) {
      String caption = caption(drawings.scene(index), length, random);
      texts.add(random.nextDouble() < empty ? "" : caption);
    }
    return texts;
  }

  /**
   * Tokens that T5 reads in a step: most captions are short, and what isn't read needn't be
   * computed. All parts read as many, so that none waits for another.
   */
  private int length(int step) {
    int draw = new SplittableRandom(draws.seed("length", step, 0)).nextInt(50);
    if (draw < 4) {
      return 16;
    } else if (draw < 16) {
      return 24;
    } else if (draw < 36) {
      return 32;
    }
    return draw < 49 ? Sizes.T5_LENGTH : Sizes.MOST_T5_TOKENS;
  }

  /**
   * The longest of a few captions that T5 reads to their end, of glasses that are worn rather one
   * that says so; if it reads none so, the last.
   */
  private String caption(Scene scene, int length, SplittableRandom random) {
    String best = "";
    int most = 0;
    String caption = "";
    for (int i = 0; i < PHRASINGS && (i < CHOICE || best.isEmpty()); i++) {
      caption = CaptionDraw.of(scene, random);
      int says = says(scene, caption);
      if (says > most && captions.fits(caption, length)) {
        best = caption;
        most = says;
      }
    }
    return best.isEmpty() ? caption : best;
  }

  /** How much a caption says of a scene: its letters, and more than those for worn glasses. */
  private int says(Scene scene, String caption) {
    boolean glasses = detailed && wearsGlasses(scene) && Claims.ofEyewear(scene, caption);
    return caption.length() + (glasses ? GLASSES : 0);
  }

  private Tensor levels(int step, Tensor clean) {
    long tokens = clean.size(2) * clean.size(3) / 4;
    float[] levels = new float[batch];
    for (int i = 0; i < batch; i++) {
      levels[i] = level(step, (long) part * batch + i, tokens);
    }
    return Torch.tensor(levels, batch);
  }

  private float level(int step, long sample, long tokens) {
    if (detailed && sample % 2 == 0) {
      float even = NoiseLevels.draw(SigmaSampling.UNIFORM, draws, step, sample, tokens);
      return (float) NoiseLevels.towardsNoise(even, SHIFT);
    }
    return NoiseLevels.draw(SigmaSampling.LOGIT_NORMAL, draws, step, sample, tokens);
  }

  @Override
  public void close() {
    captions.close();
    if (teacher != null) {
      teacher.close();
    }
  }
}
