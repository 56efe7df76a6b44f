package io.atelier.pretrain;

import io.atelier.nn.Compute;
import io.atelier.nn.Conv2d;
import io.atelier.nn.Linear;
import io.atelier.nn.Norm;
import io.atelier.nn.Parameters;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import io.atelier.sample.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A small residual network (He et al., Deep Residual Learning, 2016; with group normalisation) that
 * looks at a portrait: who it is, as an embedding of length 1 that is near those of the same
 * person, and answers to {@link Labels#PROBES}. It reads pictures of 96 x 96 pixels normalised as
 * for OpenAI's CLIP.
 */
final class PortraitNetwork implements AutoCloseable {
  static final String COMPONENT = "portrait";
  static final long EMBEDDING = 128;
  static final long STEM = 16;
  static final List<Long> WIDTHS = List.of(32L, 64L, 128L);
  static final long GROUPS = 8;
  static final double EPS = 1e-5;

  private static final float[] CLIP_MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
  private static final float[] CLIP_DEVIATION = {0.26862954f, 0.26130258f, 0.27577711f};

  private final Parameters parameters;
  private final Conv2d stem;
  private final List<Block> blocks = new ArrayList<>();
  private final Linear embedding;
  private final SortedMap<String, Linear> probes = new TreeMap<>();

  /** Halves height and width: two convolutions beside a shortcut. */
  private record Block(Conv2d first, Norm firstNorm, Conv2d second, Norm secondNorm, Conv2d past) {
    static Block of(Parameters p, String name, long in, long out) {
      return new Block(
          Conv2d.of(p, name + ".conv1", in, out, 3, 2, 1),
          Norm.of(p, name + ".norm1", out),
          Conv2d.same(p, name + ".conv2", out, out, 3),
          Norm.of(p, name + ".norm2", out),
          Conv2d.of(p, name + ".shortcut", in, out, 2, 2, 0));
    }

    Tensor forward(Tensor x) {
      Tensor y = firstNorm.group(first.forward(x), GROUPS, EPS).relu();
      y = secondNorm.group(second.forward(y), GROUPS, EPS);
      return y.add(past.forward(x)).relu();
    }
  }

  /**
   * What it sees.
   *
   * @param embedding [B, 128], of length 1, float32
   * @param answers logits [B, classes] by the name of the question, float32
   */
  record Seen(Tensor embedding, SortedMap<String, Tensor> answers) {}

  PortraitNetwork(Weights weights, Compute compute) {
    parameters = new Parameters(weights, compute);
    stem = Conv2d.of(parameters, "stem", 3, STEM, 3, 2, 1);
    long in = STEM;
    for (long out : WIDTHS) {
      blocks.add(Block.of(parameters, "blocks." + blocks.size(), in, out));
      in = out;
    }
    embedding = parameters.linear("embedding", in, EMBEDDING);
    for (Labels probe : Labels.PROBES) {
      probes.put(probe.name(), parameters.linear("probes." + name(probe), in, probe.classes()));
    }
    parameters.requireAllUsed();
  }

  /** The question's name where spaces are in the way. */
  static String name(Labels probe) {
    return probe.name().replace(' ', '_');
  }

  /** Pictures [B, 3, H, W] in [-1, 1], normalised as for CLIP. */
  static Tensor pixels(Tensor pictures) {
    Tensor unit = pictures.add(new Scalar(1.0)).mul(new Scalar(0.5));
    return unit.sub(Torch.tensor(CLIP_MEAN, 3, 1, 1)).div(Torch.tensor(CLIP_DEVIATION, 3, 1, 1));
  }

  /** Looks at pictures [B, 3, 96, 96], normalised as for CLIP. */
  Seen look(Tensor pixels) {
    Tensor x = stem.forward(parameters.own(pixels)).relu();
    for (Block block : blocks) {
      x = block.forward(x);
    }
    Tensor pooled = x.flatten(2, -1).mean(2);
    SortedMap<String, Tensor> answers = new TreeMap<>();
    probes.forEach((name, probe) -> answers.put(name, probe.forward(pooled).to(ScalarType.Float)));
    return new Seen(torch.normalize(embedding.forward(pooled).to(ScalarType.Float)), answers);
  }

  @Override
  public void close() {
    parameters.close();
  }
}
