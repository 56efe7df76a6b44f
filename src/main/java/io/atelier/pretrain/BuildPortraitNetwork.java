package io.atelier.pretrain;

import io.atelier.evaluate.DrawingCheck;
import io.atelier.evaluate.PortraitModel;
import io.atelier.lora.LearningRate;
import io.atelier.nn.Compute;
import io.atelier.nn.Leaves;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import io.atelier.sample.Scene;
import io.atelier.sample.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;

/**
 * Trains {@code models/atelier-tiny-identity} from nothing and writes its ONNX file: who is on a
 * portrait, and what probes say of it. It sees people of the training split only.
 */
public final class BuildPortraitNetwork {
  private static final long WORLD = 2;
  private static final int SAVE_EVERY = 250;
  private static final int PARTS = 2;

  private final Path work;
  private final Path file;
  private final Recipe recipe;
  private final Consumer<String> lines;
  private final World world = new World(WORLD, World.Split.TRAIN);

  /**
   * How much of everything.
   *
   * @param people with ids from 0 on, at most {@link World#TRAIN_PEOPLE}
   * @param scenes pictures of each
   * @param batch pictures in a step
   * @param checked people of the test split to measure it on, at least 51; 0 for none
   */
  public record Recipe(int people, int scenes, int batch, int steps, int checked) {
    /** What the shipped network was made with. */
    public static final Recipe SHIPPED = new Recipe(4000, 12, 64, 6000, 200);
  }

  /**
   * Prepares a build.
   *
   * @param work folder for pictures and states; a build goes on from what it has
   * @param file the ONNX file to write
   * @param lines takes a line of progress now and then
   */
  public BuildPortraitNetwork(Path work, Path file, Recipe recipe, Consumer<String> lines)
      throws IOException {
    Torch.threads(1);
    this.work = Files.createDirectories(work);
    this.file = file;
    this.recipe = recipe;
    this.lines = lines;
    Files.createDirectories(file.toAbsolutePath().getParent());
  }

  /** Draws, trains, writes the file and says how well it does on people that it never saw. */
  public void run() throws IOException {
    Drawings drawings =
        Drawings.open(
            work.resolve("portraits.bin"),
            this::scene,
            recipe.people() * recipe.scenes(),
            Sizes.SIDE,
            new Progress("portraits", lines));
    try (Leaves leaves = Leaves.of(shapes(recipe.people()), new Device("cpu"))) {
      train(leaves, drawings);
    }
    if (recipe.checked() > 0) {
      check();
    }
  }

  private Scene scene(int index) {
    return world.sceneOf(index % recipe.people(), index);
  }

  private void train(Leaves leaves, Drawings drawings) throws IOException {
    try (PointerScope scope = new PointerScope()) {
      FirstValues.fill(PortraitNetwork.COMPONENT, leaves.named(leaves.values()), WORLD);
    }
    List<Leaves> replicas = new ArrayList<>();
    List<PortraitStage> parts = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      replicas.add(leaves.replica());
      parts.add(new PortraitStage(replicas.get(part), drawings, recipe.batch() / PARTS, part));
    }
    TrainingRun.Plan plan =
        new TrainingRun.Plan(
            recipe.steps(), 100, 2e-3, LearningRate.COSINE, 1, null, 0.999, SAVE_EVERY);
    Path state = work.resolve(PortraitNetwork.COMPONENT + ".safetensors");
    try (TrainingRun run = new TrainingRun(state, plan, replicas, parts);
        PointerScope scope = new PointerScope()) {
      new Loop(PortraitNetwork.COMPONENT, work, lines).train(run, 1000, step -> {});
      PortraitGraph.write(file, leaves.named(PortraitNetwork.COMPONENT, run.average()));
    }
    replicas.forEach(Leaves::close);
  }

  private void check() {
    try (PortraitModel model = PortraitModel.open(file)) {
      DrawingCheck figures = DrawingCheck.of(model, recipe.checked(), 1, 5);
      lines.accept("portrait, on people and scenes that it never saw: " + figures);
    }
  }

  /** Of all that is trained. */
  static SortedMap<String, List<Long>> shapes(int people) {
    SortedMap<String, List<Long>> shapes = new TreeMap<>();
    try (Weights recording = Weights.recording();
        PortraitNetwork network = new PortraitNetwork(recording, Compute.CPU_FLOAT32)) {
      recording
          .requested()
          .forEach((name, shape) -> shapes.put(PortraitNetwork.COMPONENT + "/" + name, shape));
    }
    shapes.put(PortraitStage.PEOPLE, List.of((long) people, PortraitNetwork.EMBEDDING));
    long traits = Traits.count();
    shapes.put(PortraitStage.TRAITS + ".weight", List.of(traits, PortraitNetwork.EMBEDDING));
    shapes.put(PortraitStage.TRAITS + ".bias", List.of(traits));
    return shapes;
  }
}
