package io.atelier.bench;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.FlowMatchEuler;
import io.atelier.flux.FluxTransformer;
import io.atelier.flux.Latents;
import io.atelier.flux.PromptEmbedding;
import io.atelier.flux.Sampler;
import io.atelier.flux.StepListener;
import io.atelier.flux.TransformerConfig;
import io.atelier.lora.Adapter;
import io.atelier.lora.AdapterWriter;
import io.atelier.lora.LearningRate;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.Merge;
import io.atelier.lora.Optimisation;
import io.atelier.lora.RecordedSteps;
import io.atelier.lora.SigmaSampling;
import io.atelier.lora.Targets;
import io.atelier.lora.TrainConfig;
import io.atelier.lora.Trainer;
import io.atelier.lora.TrainingSet;
import io.atelier.lora.Validation;
import io.atelier.nn.Compute;
import io.atelier.nn.SafetensorsWriter;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Trains adapters of several shapes, writes each in a format that others read, and samples with the
 * file: our half of {@code jobs/interop/check_adapters.sh}. Two bases: the small checkpoint given,
 * and a random one as wide as FLUX.1, because diffusers reads files of sd-scripts only at that
 * width.
 */
public final class AdapterCheck {
  private static final TransformerConfig WIDE =
      new TransformerConfig(1, 1, 128, 24, 64, null, 64, 32, true, List.of(16, 56, 56));
  private static final int SIDE = 8;
  private static final int TEXT_TOKENS = 12;
  private static final int STEPS = 4;
  private static final float GUIDANCE = 3.5f;
  private static final TrainConfig TRAINING =
      new TrainConfig(
          4,
          1,
          1,
          new Optimisation(Optimisation.Method.ADAMW, 1e-2, LearningRate.CONSTANT, 0, 0, 1),
          0,
          1,
          SigmaSampling.LOGIT_NORMAL_FLUX_SHIFT,
          0,
          0,
          Validation.NONE);

  /** A shape of an adapter and of its file. */
  private record Case(String format, String type, Targets targets, int rank, double alpha) {
    String name() {
      return "%s, %s, %s, rank %d, alpha %.0f".formatted(format, type, targets, rank, alpha);
    }
  }

  private static final List<Case> SMALL_CASES =
      List.of(
          new Case("diffusers", "float32", Targets.ATTENTION, 4, 4),
          new Case("diffusers", "float32", Targets.ATTENTION_TEXT, 8, 16),
          new Case("diffusers", "float32", Targets.DIFFUSERS, 16, 8),
          new Case("diffusers", "bfloat16", Targets.DIFFUSERS, 16, 16),
          new Case("diffusers", "bfloat16", Targets.ALL_BLOCKS, 8, 1),
          new Case("diffusers", "float16", Targets.ALL_BLOCKS, 4, 2));
  private static final List<Case> WIDE_CASES =
      List.of(
          new Case("diffusers", "float32", Targets.ALL_BLOCKS, 4, 2),
          new Case("kohya", "float32", Targets.ATTENTION, 4, 8),
          new Case("kohya", "bfloat16", Targets.DIFFUSERS, 16, 4),
          new Case("kohya", "float32", Targets.ALL_BLOCKS, 4, 2));

  private final Path folder;
  private final FlowMatchEuler scheduler;
  private final Generator generator = torch.createCPUGenerator(0);

  private AdapterCheck(Path folder, FlowMatchEuler scheduler) {
    this.folder = folder;
    this.scheduler = scheduler;
  }

  /** Arguments: {@code CHECKPOINT FOLDER}. */
  public static void main(String[] args) throws IOException {
    Torch.threads(1);
    Checkpoint small = Checkpoint.open(Path.of(args[0]));
    Path folder = Path.of(args[1]);
    AdapterCheck check = new AdapterCheck(folder, new FlowMatchEuler(small.scheduler()));
    try (FluxTransformer model = FluxTransformer.load(small, Compute.CPU_FLOAT32)) {
      check.run(model, "small", small.root(), SMALL_CASES);
    }
    Path wide = folder.resolve("wide-base");
    RandomFlux.write(wide, WIDE, check.generator);
    Weights weights = Weights.open(wide.resolve("transformer"));
    try (FluxTransformer model = new FluxTransformer(WIDE, weights, Compute.CPU_FLOAT32)) {
      check.run(model, "wide", wide, WIDE_CASES);
    }
  }

  /** Writes {@code <base>/inputs.safetensors} and for each case an adapter and its latents. */
  private void run(FluxTransformer model, String base, Path root, List<Case> cases)
      throws IOException {
    Path target = Files.createDirectories(folder.resolve(base));
    Files.writeString(target.resolve("transformer.txt"), root.resolve("transformer").toString());
    try (PointerScope scope = new PointerScope();
        TrainingSet photos = RecordedSteps.photos(model.config(), 1, SIDE, TEXT_TOKENS)) {
      Sampler.Plan plan = plan(model.config());
      SafetensorsWriter.write(
          target.resolve("inputs.safetensors"),
          new TreeMap<>(
              Map.of(
                  "latents", plan.noise(),
                  "prompt_embeds", plan.prompts().t5(),
                  "pooled_prompt_embeds", plan.prompts().pooled())),
          Map.of("steps", "" + STEPS, "guidance", "" + GUIDANCE, "side", "" + SIDE));
      for (Case shape : cases) {
        Path file = target.resolve(shape.name() + ".safetensors");
        train(model, photos, shape, file);
        Tensor latents = sample(model, plan, file);
        SafetensorsWriter.write(
            target.resolve(shape.name() + ".latents"),
            new TreeMap<>(Map.of("latents", latents)),
            Map.of());
      }
    }
  }

  private static void train(FluxTransformer model, TrainingSet photos, Case shape, Path file) {
    LoraConfig lora = new LoraConfig(shape.rank(), shape.alpha(), shape.targets());
    try (Trainer trainer = new Trainer(model, photos, lora, TRAINING, shape.name())) {
      while (!trainer.finished()) {
        trainer.step();
      }
      try (Adapter adapter = trainer.adapter()) {
        AdapterWriter.write(
            adapter,
            file,
            AdapterWriter.format(shape.format()),
            AdapterWriter.type(shape.type()),
            Map.of("atelier.case", shape.name()));
      }
    }
  }

  private Tensor sample(FluxTransformer model, Sampler.Plan plan, Path file) {
    try (Adapter adapter = Adapter.read(file)) {
      Merge.apply(model.linears(), List.of(new Merge.Weighted(adapter, 1)));
      return new Sampler(model, scheduler).sample(plan, StepListener.NONE);
    } finally {
      Merge.restore(model.linears());
    }
  }

  private Sampler.Plan plan(TransformerConfig config) {
    return new Sampler.Plan(
        Latents.pack(random(1, config.latentChannels(), SIDE, SIDE)),
        null,
        SIDE,
        SIDE,
        new PromptEmbedding.Batch(
            random(1, TEXT_TOKENS, config.jointAttentionDim()),
            random(1, config.pooledProjectionDim())),
        null,
        new float[] {GUIDANCE},
        new float[] {1},
        STEPS);
  }

  private Tensor random(long... shape) {
    TensorOptions float32 = new TensorOptions(ScalarType.Float);
    return torch.randn(shape, new GeneratorOptional(generator), float32);
  }
}
