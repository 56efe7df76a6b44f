package io.atelier.pretrain;

import io.atelier.lora.JobRandom;
import io.atelier.nn.Leaves;
import io.atelier.nn.Torch;
import io.atelier.sample.Labels;
import io.atelier.sample.Scene;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A part of a batch for the portrait network: which of the people it is by the cosine between the
 * embedding and a vector of each, with a margin (CosFace, Wang et al. 2018), what the person looks
 * like ({@link Traits}), and what the probes are asked, where the picture shows it. Pictures are
 * shifted, softened and grained by drawn amounts, because the ones to be judged come out of an
 * autoencoder. What is below {@code people/} is thrown away afterwards.
 */
final class PortraitStage implements TrainingRun.Part {
  static final String PEOPLE = "people/weight";
  static final String TRAITS = "people/traits";
  private static final double SCALE = 20;
  private static final double MARGIN = 0.2;
  private static final int SHIFT = 6;
  private static final double MOST_GRAIN = 0.06;

  private final Leaves leaves;
  private final Drawings drawings;
  private final JobRandom draws = new JobRandom(PortraitNetwork.COMPONENT);
  private final int batch;
  private final int part;

  /** Part number {@code part} with {@code batch} pictures; people have ids from 0 on. */
  PortraitStage(Leaves leaves, Drawings drawings, int batch, int part) {
    this.leaves = leaves;
    this.drawings = drawings;
    this.batch = batch;
    this.part = part;
  }

  @Override
  public double backward(int step) {
    try (PointerScope scope = new PointerScope();
        PortraitNetwork network = Mixed.portrait(leaves)) {
      SplittableRandom random = new SplittableRandom(draws.seed("batch", step, part));
      int[] chosen = random.ints(batch, 0, drawings.count()).toArray();
      List<Scene> scenes = IntStream.of(chosen).mapToObj(drawings::scene).toList();
      Tensor pictures = disturbed(drawings.pictures(chosen), step, random);
      PortraitNetwork.Seen seen = network.look(PortraitNetwork.pixels(pictures));
      Tensor loss = whoLoss(seen.embedding(), scenes).add(traitsLoss(seen.embedding(), scenes));
      for (Labels probe : Labels.PROBES) {
        loss = loss.add(Traits.loss(probe, seen.answers().get(probe.name()), scenes));
      }
      loss.backward();
      return loss.item_double();
    }
  }

  private Tensor whoLoss(Tensor embedding, List<Scene> scenes) {
    Tensor people = leaves.leaf(PEOPLE);
    Tensor right = Torch.tensor(scenes.stream().mapToLong(Scene::personId).toArray(), batch);
    Tensor cosines = torch.linear(embedding, torch.normalize(people));
    Tensor margin = torch.one_hot(right, people.size(0)).mul(new Scalar(MARGIN));
    return torch.cross_entropy_loss(cosines.sub(margin).mul(new Scalar(SCALE)), right);
  }

  private Tensor traitsLoss(Tensor embedding, List<Scene> scenes) {
    Tensor scaled = embedding.mul(new Scalar(Math.sqrt(PortraitNetwork.EMBEDDING)));
    Tensor values =
        torch.linear(
            scaled,
            leaves.leaf(TRAITS + ".weight"),
            new TensorOptional(leaves.leaf(TRAITS + ".bias")));
    return Traits.loss(values, scenes);
  }

  private Tensor disturbed(Tensor pictures, int step, SplittableRandom random) {
    Tensor shifted =
        torch.roll(
            pictures,
            new long[] {random.nextInt(-SHIFT, SHIFT + 1), random.nextInt(-SHIFT, SHIFT + 1)},
            2,
            3);
    Tensor soft =
        torch.avg_pool2d(
            shifted,
            new long[] {3, 3},
            new long[] {1, 1},
            new long[] {1, 1},
            false,
            false,
            new LongOptional());
    Tensor softness = draws.uniform("softness", step, part, batch, 1, 1, 1);
    Tensor grain = draws.uniform("grain", step, part, batch, 1, 1, 1).mul(new Scalar(MOST_GRAIN));
    Tensor noise = draws.normal("noise", step, part, shifted.shape());
    return shifted.lerp(soft, softness).add(noise.mul(grain));
  }
}
