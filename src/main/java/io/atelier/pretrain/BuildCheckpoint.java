package io.atelier.pretrain;

import io.atelier.flux.Autoencoder;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.ClipConfig;
import io.atelier.flux.Component;
import io.atelier.flux.ExpectedTensors;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.T5Config;
import io.atelier.flux.Tokenizers;
import io.atelier.lora.LearningRate;
import io.atelier.nn.CloseStack;
import io.atelier.nn.Compute;
import io.atelier.nn.Leaves;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import io.atelier.sample.Captions;
import io.atelier.sample.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** Trains {@code models/atelier-tiny} from nothing, stage after stage, and writes its folder. */
public final class BuildCheckpoint implements AutoCloseable {
  private static final long WORLD = 1;
  private static final int VOCABULARY_CAPTIONS = 20_000;
  private static final int SHEET_EVERY = 1000;
  private static final int SAVE_EVERY = 250;
  private static final TrainingRun.Hidden HIDDEN =
      new TrainingRun.Hidden(
          Pattern.compile("transformer/(single_)?transformer_blocks\\.(?!.*norm).*\\.weight"), 2.5);

  private final Path work;
  private final Path root;
  private final Recipe recipe;
  private final Consumer<String> lines;
  private final World world = new World(WORLD, World.Split.TRAIN);
  private final CheckpointFiles files;
  private final Drawings checked;
  private Language language;

  /** What the checkpoint reads captions with. */
  private record Language(ClipConfig clip, T5Config t5, Tokenizers tokenizers) {}

  /**
   * How much of everything.
   *
   * @param threads parts of each batch that are computed at the same time
   * @param drawings pictures to train on
   * @param heldOut pictures to check on
   * @param vaeSteps steps of the autoencoder
   * @param textSteps steps of the text encoders
   * @param flowSteps steps of the transformer
   * @param noiseSteps its further steps with levels nearer to noise
   * @param guidanceSteps steps of its distillation
   */
  public record Recipe(
      int threads,
      int drawings,
      int heldOut,
      int vaeSteps,
      int textSteps,
      int flowSteps,
      int noiseSteps,
      int guidanceSteps) {
    /** For a checkpoint like the shipped one, whose card says how it came about. */
    public static final Recipe SHIPPED = new Recipe(2, 40_000, 256, 5000, 4000, 6000, 12_000, 400);
  }

  /**
   * Prepares a build.
   *
   * @param work folder for pictures, latents, states and sheets; a build goes on from what it has
   * @param root folder of the checkpoint
   * @param lines takes a line of progress now and then
   */
  public BuildCheckpoint(Path work, Path root, Recipe recipe, Consumer<String> lines)
      throws IOException {
    Torch.threads(1);
    this.lines = lines;
    this.work = Files.createDirectories(work);
    this.root = root;
    this.recipe = recipe;
    this.files = new CheckpointFiles(root);
    World test = new World(WORLD, World.Split.TEST);
    checked =
        Drawings.open(
            work.resolve("held-out.bin"), test, recipe.heldOut(), Sizes.SIDE, progress("held-out"));
  }

  /** All stages. */
  public void run() {
    if (!Files.exists(state("text"))) {
      configurations();
    }
    Drawings drawings = drawings();
    try (Leaves vae = leaves(VaeStage.COMPONENT, ExpectedTensors.of(Sizes.vae(1, 0)))) {
      vae(vae, drawings);
    }
    text();
    flow(drawings);
  }

  /** The transformer alone, beside the autoencoder and the text encoders that are in the folder. */
  public void runTransformer() {
    files.scheduler(Sizes.scheduler());
    files.transformer(Sizes.transformer());
    flow(drawings());
  }

  /**
   * Everything but weights. Vocabularies are of the captions as they are drawn now: text encoders
   * read nothing right with another one than they were trained with.
   */
  void configurations() {
    List<String> captions =
        IntStream.range(0, VOCABULARY_CAPTIONS)
            .mapToObj(i -> Captions.of(world.scene(i), i))
            .toList();
    ClipVocabulary forClip = ClipVocabulary.of(captions);
    T5Vocabulary forT5 = T5Vocabulary.of(captions);
    files.index();
    files.scheduler(Sizes.scheduler());
    files.transformer(Sizes.transformer());
    files.vae(Sizes.vae(1, 0));
    files.clip(Sizes.clip(forClip.ids().size(), forClip.ids().size() - 1));
    files.t5(Sizes.t5(forT5.pieces().size()));
    files.clipTokenizer(forClip);
    files.t5Tokenizer(forT5);
  }

  private Language language() {
    if (language == null) {
      Checkpoint checkpoint = Checkpoint.open(root);
      language = new Language(checkpoint.clip(), checkpoint.t5(), Tokenizers.open(checkpoint));
    }
    return language;
  }

  private Drawings drawings() {
    return Drawings.open(
        work.resolve("drawings.bin"), world, recipe.drawings(), Sizes.SIDE, progress("drawings"));
  }

  // --- The autoencoder ---------------------------------------------------------------------------

  private void vae(Leaves leaves, Drawings drawings) {
    FirstValues.fill(VaeStage.COMPONENT, leaves.named(VaeStage.COMPONENT, leaves.values()), WORLD);
    List<Leaves> replicas = replicas(leaves);
    List<VaeStage> parts = new ArrayList<>();
    for (Leaves replica : replicas) {
      parts.add(new VaeStage(Sizes.vae(1, 0), replica, drawings, 8, 64, parts.size()));
    }
    TrainingRun.Plan plan =
        new TrainingRun.Plan(
            recipe.vaeSteps(), 200, 1e-3, LearningRate.COSINE, 1, null, 0.999, SAVE_EVERY);
    try (TrainingRun run = new TrainingRun(state("vae"), plan, replicas, parts)) {
      train("vae", run, step -> vaeSheet(leaves, run.average(), step));
      files.weights(Component.VAE, leaves.named(VaeStage.COMPONENT, run.average()));
    }
    closeReplicas(replicas);
    try (Autoencoder vae = trainedVae()) {
      VaeCheck.sheet(work.resolve("vae.png"), vae, checked);
      say("autoencoder: %.2f dB on held-out pictures", VaeCheck.psnr(vae, checked));
    }
  }

  private void vaeSheet(Leaves leaves, Tensor values, int step) {
    try (PointerScope scope = new PointerScope();
        Autoencoder vae =
            new Autoencoder(
                Sizes.vae(1, 0),
                Weights.of(leaves.named(VaeStage.COMPONENT, values)),
                Compute.CPU_FLOAT32)) {
      VaeCheck.sheet(work.resolve("vae-" + step + ".png"), vae, checked);
      say("autoencoder, step %d: %.2f dB", step, VaeCheck.psnr(vae, checked));
    }
  }

  private Autoencoder trainedVae() {
    return Autoencoder.load(Checkpoint.open(root), Compute.CPU_FLOAT32);
  }

  private List<Autoencoder> trainedVaes(CloseStack closing) {
    return IntStream.range(0, recipe.threads())
        .mapToObj(i -> closing.add(Autoencoder.load(Checkpoint.open(root), Compute.CPU_FASTEST)))
        .toList();
  }

  // --- The text encoders -------------------------------------------------------------------------

  private void text() {
    ClipConfig clip = language().clip();
    T5Config t5 = language().t5();
    SortedMap<String, List<Long>> shapes = new TreeMap<>();
    named(TextStage.CLIP, ExpectedTensors.of(clip), shapes);
    named(TextStage.T5, ExpectedTensors.of(t5), shapes);
    shapes.remove(TextStage.T5 + "/encoder.embed_tokens.weight");
    shapes.putAll(TextStage.heads(clip.hiddenSize(), t5.dModel()));
    try (Leaves leaves = Leaves.of(shapes, new Device("cpu"))) {
      for (String component : List.of(TextStage.CLIP, TextStage.T5, TextStage.HEADS)) {
        FirstValues.fill(component, leaves.named(component, leaves.values()), WORLD + 1);
      }
      List<Leaves> replicas = replicas(leaves);
      List<TextStage> parts = new ArrayList<>();
      for (Leaves replica : replicas) {
        parts.add(
            new TextStage(clip, t5, replica, language().tokenizers(), world, 64, parts.size()));
      }
      TrainingRun.Plan plan =
          new TrainingRun.Plan(
              recipe.textSteps(), 200, 1e-3, LearningRate.COSINE, 1, null, 0.999, SAVE_EVERY);
      try (TrainingRun run = new TrainingRun(state("text"), plan, replicas, parts)) {
        train("text", run, step -> {});
        files.weights(Component.TEXT_ENCODER, leaves.named(TextStage.CLIP, run.average()));
        files.weights(Component.TEXT_ENCODER_2, leaves.named(TextStage.T5, run.average()));
      }
      closeReplicas(replicas);
    }
  }

  private Captioned captioned() {
    Checkpoint checkpoint = Checkpoint.open(root);
    return new Captioned(
        language().tokenizers(),
        language().clip(),
        checkpoint.weights(Component.TEXT_ENCODER),
        language().t5(),
        checkpoint.weights(Component.TEXT_ENCODER_2));
  }

  // --- The transformer ---------------------------------------------------------------------------

  private void flow(Drawings drawings) {
    Path latents = work.resolve("latents.safetensors");
    try (CloseStack vaes = new CloseStack();
        EncodedDrawings encoded =
            EncodedDrawings.open(latents, drawings, trainedVaes(vaes), progress("latents"))) {
      files.vae(Sizes.vae(encoded.scaling(), encoded.shift()));
      flow(encoded, new Flow("flow", null, false, recipe.flowSteps(), 300, 1.5e-3));
      flow(encoded, new Flow("noise", "flow", false, recipe.noiseSteps(), 100, 1e-3));
      flow(encoded, new Flow("guidance", "noise", true, recipe.guidanceSteps(), 50, 3e-4));
    }
  }

  /**
   * One stage of the transformer.
   *
   * @param earlier the stage that it goes on from, or null
   * @param taught whether that is its teacher, too
   */
  private record Flow(
      String name, String earlier, boolean taught, int steps, int warmup, double rate) {}

  private void flow(EncodedDrawings encoded, Flow stage) {
    try (Leaves leaves = leaves(FlowStage.COMPONENT, ExpectedTensors.of(Sizes.transformer()));
        Autoencoder vae = trainedVae();
        Captioned captions = captioned()) {
      start(leaves, stage.earlier() == null ? null : state(stage.earlier()));
      List<Leaves> replicas = replicas(leaves);
      List<FlowStage> parts = new ArrayList<>();
      try (PointerScope scope = new PointerScope()) {
        Tensor taught = leaves.values().clone();
        for (Leaves replica : replicas) {
          parts.add(
              new FlowStage(
                  stage.name(),
                  replica,
                  stage.taught() ? transformer(leaves, taught) : null,
                  encoded,
                  captioned(),
                  stage.earlier() != null,
                  16,
                  parts.size()));
        }
      }
      FlowCheck check = new FlowCheck(vae, captions, checked);
      TrainingRun.Plan plan =
          new TrainingRun.Plan(
              stage.steps(),
              stage.warmup(),
              stage.rate(),
              LearningRate.COSINE,
              1,
              HIDDEN,
              0.999,
              SAVE_EVERY);
      try (TrainingRun run = new TrainingRun(state(stage.name()), plan, replicas, parts)) {
        IntConsumer sheet =
            step -> {
              try (PointerScope scope = new PointerScope();
                  FluxTransformer now = transformer(leaves, run.average())) {
                Path file = work.resolve(stage.name() + "-" + step + ".png");
                check.sheet(file, now, 3, stage.taught());
              }
            };
        train(stage.name(), run, sheet);
        files.weights(Component.TRANSFORMER, leaves.named(FlowStage.COMPONENT, run.average()));
      }
      closeReplicas(replicas);
    }
  }

  /** First values, or the averaged ones of a finished stage. */
  private static void start(Leaves leaves, Path earlier) {
    if (earlier == null) {
      FirstValues.fill(
          FlowStage.COMPONENT, leaves.named(FlowStage.COMPONENT, leaves.values()), WORLD + 2);
      return;
    }
    try (PointerScope scope = new PointerScope();
        SafetensorsFile file = SafetensorsFile.open(earlier)) {
      leaves.values().copy_(file.tensor("average"));
    }
  }

  private static FluxTransformer transformer(Leaves leaves, Tensor values) {
    Weights weights = Weights.of(leaves.named(FlowStage.COMPONENT, values));
    return new FluxTransformer(Sizes.transformer(), weights, Compute.CPU_FLOAT32);
  }

  // --- All stages --------------------------------------------------------------------------------

  private void train(String name, TrainingRun run, IntConsumer sheet) {
    new Loop(name, work, lines).train(run, SHEET_EVERY, sheet);
  }

  private Path state(String name) {
    return work.resolve(name + ".safetensors");
  }

  private static Leaves leaves(String component, Map<String, List<Long>> shapes) {
    SortedMap<String, List<Long>> named = new TreeMap<>();
    named(component, shapes, named);
    return Leaves.of(named, new Device("cpu"));
  }

  private static void named(
      String component, Map<String, List<Long>> shapes, SortedMap<String, List<Long>> into) {
    shapes.forEach((name, shape) -> into.put(component + "/" + name, shape));
  }

  private List<Leaves> replicas(Leaves leaves) {
    List<Leaves> replicas = new ArrayList<>();
    for (int i = 0; i < recipe.threads(); i++) {
      replicas.add(leaves.replica());
    }
    return replicas;
  }

  private static void closeReplicas(List<Leaves> replicas) {
    replicas.forEach(Leaves::close);
  }

  private Progress progress(String name) {
    return new Progress(name, lines);
  }

  private void say(String format, Object... values) {
    lines.accept(String.format(Locale.ROOT, format, values));
  }

  @Override
  public void close() {
    if (language != null) {
      language.tokenizers().close();
    }
  }
}
