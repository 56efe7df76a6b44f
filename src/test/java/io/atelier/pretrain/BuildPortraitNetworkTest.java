package io.atelier.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.evaluate.PortraitModel;
import io.atelier.image.Rgb;
import io.atelier.nn.Compute;
import io.atelier.nn.Leaves;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import io.atelier.sample.Labels;
import io.atelier.sample.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildPortraitNetworkTest {
  private static final int PICTURES = 5;

  @Test
  void onnxRuntimeSeesWhatLibtorchSees(@TempDir Path folder) throws IOException {
    World world = new World(9, World.Split.TEST);
    Path file = folder.resolve("model.onnx");
    Drawings drawings =
        Drawings.open(
            folder.resolve("drawings.bin"),
            world,
            PICTURES,
            Sizes.SIDE,
            new Progress("drawings", line -> {}));
    try (Leaves leaves = disturbed();
        PointerScope scope = new PointerScope();
        NoGradGuard frozen = new NoGradGuard();
        PortraitModel model = written(file, leaves);
        PortraitNetwork network =
            new PortraitNetwork(
                Weights.of(leaves.named(PortraitNetwork.COMPONENT, leaves.values())),
                Compute.CPU_FLOAT32)) {
      Tensor pictures = drawings.pictures(IntStream.range(0, PICTURES).toArray());
      PortraitNetwork.Seen expected = network.look(PortraitNetwork.pixels(pictures));
      List<PortraitModel.Portrait> seen =
          model.look(
              IntStream.range(0, PICTURES)
                  .mapToObj(i -> new Rgb(world.scene(i).rgb(Sizes.SIDE), Sizes.SIDE, Sizes.SIDE))
                  .toList());
      for (int i = 0; i < PICTURES; i++) {
        float[] embedding = Torch.floats(expected.embedding().select(0, i));
        for (int k = 0; k < embedding.length; k++) {
          assertThat(seen.get(i).embedding()[k]).isCloseTo(embedding[k], within(1e-5f));
        }
        for (Labels probe : Labels.PROBES) {
          Tensor logits = expected.answers().get(probe.name()).select(0, i);
          assertThat(seen.get(i).answers(probe, (int) logits.argmax().item_long()))
              .as(probe.name())
              .isTrue();
        }
      }
      assertThat(seen.get(0).embedding()).isNotEqualTo(seen.get(1).embedding());
    }
  }

  /** Values under which every weight, those of norms too, makes a difference. */
  private static Leaves disturbed() {
    Leaves leaves = Leaves.of(BuildPortraitNetwork.shapes(3), new Device("cpu"));
    try (PointerScope scope = new PointerScope()) {
      SplittableRandom random = new SplittableRandom(4);
      FirstValues.fill(PortraitNetwork.COMPONENT, leaves.named(leaves.values()), 1);
      float[] noise = new float[(int) leaves.values().numel()];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (float) random.nextDouble(-0.1, 0.1);
      }
      leaves.values().add_(Torch.tensor(noise, noise.length));
    }
    return leaves;
  }

  private static PortraitModel written(Path file, Leaves leaves) throws IOException {
    PortraitGraph.write(file, leaves.named(PortraitNetwork.COMPONENT, leaves.values()));
    return PortraitModel.open(file);
  }

  @Test
  void equalRecipesGiveEqualFilesAndWhatIsTrainedIsNotTrainedAgain(@TempDir Path folder)
      throws IOException {
    Path once = folder.resolve("once").resolve("model.onnx");
    build(folder.resolve("undisturbed"), once, 3);
    Path again = folder.resolve("again").resolve("model.onnx");
    build(folder.resolve("stopped"), again, 3);
    Files.delete(again);
    build(folder.resolve("stopped"), again, 3);

    assertThat(again).hasSameBinaryContentAs(once);
    assertThat(folder.resolve("stopped")).isDirectoryContaining("glob:**portrait.csv");
  }

  private static void build(Path work, Path file, int steps) throws IOException {
    BuildPortraitNetwork.Recipe recipe = new BuildPortraitNetwork.Recipe(4, 2, 8, steps, 0);
    new BuildPortraitNetwork(work, file, recipe, line -> {}).run();
  }
}
