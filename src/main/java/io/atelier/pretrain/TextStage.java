package io.atelier.pretrain;

import io.atelier.flux.ClipConfig;
import io.atelier.flux.ClipTextEncoder;
import io.atelier.flux.T5Config;
import io.atelier.flux.T5Encoder;
import io.atelier.flux.Tokenizers;
import io.atelier.lora.JobRandom;
import io.atelier.nn.Leaves;
import io.atelier.nn.Torch;
import io.atelier.sample.Labels;
import io.atelier.sample.Scene;
import io.atelier.sample.World;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A part of a batch for the text encoders: from CLIP's pooled vector, and from the mean of T5's
 * states, one linear layer each has to tell what the caption's scene shows ({@link Labels}). What
 * the caption leaves out can only be guessed, so the loss does not go to zero. The two layers are
 * thrown away afterwards.
 */
final class TextStage implements TrainingRun.Part {
  static final String CLIP = "text_encoder";
  static final String T5 = "text_encoder_2";
  static final String HEADS = "heads";

  private final JobRandom draws = new JobRandom("text");
  private final ClipConfig clip;
  private final T5Config t5;
  private final Leaves leaves;
  private final Tokenizers tokenizers;
  private final World world;
  private final int batch;
  private final int part;

  TextStage(
      ClipConfig clip,
      T5Config t5,
      Leaves leaves,
      Tokenizers tokenizers,
      World world,
      int batch,
      int part) {
    this.clip = clip;
    this.t5 = t5;
    this.leaves = leaves;
    this.tokenizers = tokenizers;
    this.world = world;
    this.batch = batch;
    this.part = part;
  }

  /** Shapes of the two layers. */
  static SortedMap<String, List<Long>> heads(long clipWidth, long t5Width) {
    SortedMap<String, List<Long>> shapes = new TreeMap<>();
    shapes.put(HEADS + "/clip.weight", List.of((long) Labels.allClasses(), clipWidth));
    shapes.put(HEADS + "/t5.weight", List.of((long) Labels.allClasses(), t5Width));
    return shapes;
  }

  @Override
  public double backward(int step) {
    try (PointerScope scope = new PointerScope();
        ClipTextEncoder clipEncoder = Mixed.clip(clip, leaves);
        T5Encoder t5Encoder = Mixed.t5(t5, leaves)) {
      SplittableRandom random = new SplittableRandom(draws.seed("captions", step, part));
      List<Scene> scenes =
          IntStream.range(0, batch).mapToObj(i -> world.scene(random.nextInt())).toList();
      List<String> captions = scenes.stream().map(scene -> CaptionDraw.of(scene, random)).toList();
      CaptionIds ids = CaptionIds.of(tokenizers, captions, Sizes.T5_LENGTH);
      Tensor pooled = clipEncoder.encode(ids.clip()).pooled().to(ScalarType.Float);
      Tensor mean = t5Encoder.encode(ids.t5()).to(ScalarType.Float).mean(1);
      Tensor loss =
          error(torch.linear(pooled, leaves.leaf(HEADS + "/clip.weight")), scenes)
              .add(error(torch.linear(mean, leaves.leaf(HEADS + "/t5.weight")), scenes));
      loss.backward();
      return loss.item_double();
    }
  }

  /** Mean cross-entropy over all questions, in nats. */
  private static Tensor error(Tensor logits, List<Scene> scenes) {
    Tensor sum = Torch.scalar(0);
    long from = 0;
    for (Labels question : Labels.ALL) {
      long[] right = scenes.stream().mapToLong(question::of).toArray();
      Tensor own = logits.narrow(1, from, question.classes());
      sum = sum.add(torch.cross_entropy_loss(own, Torch.tensor(right, right.length)));
      from += question.classes();
    }
    return sum.div(new Scalar((double) Labels.ALL.size()));
  }
}
