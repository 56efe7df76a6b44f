package io.atelier.lora;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxTransformer;
import io.atelier.nn.Linear;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * An estimate, on the high side, of the memory of a training step: the frozen weights, what is
 * trained with its gradients and the optimiser's tensors, and what is saved between the forward and
 * the backward pass. Depends on sizes only.
 */
public final class StepCost {
  /**
   * What a block saves for each token and unit of width. Measured as the live tensors of a step: 55
   * (target set diffusers) and 78 (all-blocks), in float32 and in bfloat16 alike, because most is
   * saved in float32.
   */
  private static final long BLOCK_BYTES = 80;

  /** What the backward pass of one block takes beside that; measured: 53 and 33. */
  private static final long WORK_BYTES = 60;

  /** The tokens between two blocks in float32. */
  private static final long BETWEEN_BYTES = Float.BYTES;

  /** Most branches that a token passes in a block; each keeps a vector of the rank for it. */
  private static final long BRANCHES = 6;

  /** Libraries and workspaces. */
  private static final long FIXED_BYTES = 1L << 30;

  /** malloc keeps much of what is freed for later: the process grew by 1.6 times the tensors. */
  private static final double LOST_ON_CPU = 1.7;

  /**
   * libtorch's allocator for GPUs puts freed blocks to use, but not to the last byte. Not measured;
   * a training that runs out of memory is tried once more with less.
   */
  private static final double LOST_ON_GPU = 1.2;

  private final FluxTransformer model;
  private final TextCost text;
  private final TrainConfig config;
  private final long values;
  private final int rank;
  private final long tokens;

  private StepCost(
      FluxTransformer model,
      TrainingSet set,
      ClassPrior prior,
      TextCost text,
      TrainConfig config,
      long values,
      int rank) {
    this.model = model;
    this.text = text;
    this.config = config;
    this.values = values;
    this.rank = rank;
    int last = set.levels() - 1;
    long image =
        set.photos().stream().mapToLong(p -> p.views().get(last).tokens()).max().orElseThrow();
    tokens = Math.max(image, prior == null ? 0 : tokens(prior)) + set.empty().t5().size(0);
  }

  /** Class samples are of the full resolution, whatever the photos' is. */
  private static long tokens(ClassPrior prior) {
    Tensor latent = prior.rows().get(0).latent();
    return latent.size(1) * latent.size(2) / 4;
  }

  /**
   * The cost of training an adapter, for photos of the set's highest resolution.
   *
   * @param prior class samples, or null
   */
  public static StepCost lora(
      FluxTransformer model,
      TrainingSet set,
      ClassPrior prior,
      LoraConfig lora,
      TrainConfig config) {
    Map<String, Linear> linears = model.linears();
    List<String> modules = lora.targets().select(linears.keySet());
    long values =
        modules.stream()
            .map(module -> linears.get(module).original())
            .mapToLong(weight -> lora.rank() * (weight.size(0) + weight.size(1)))
            .sum();
    return new StepCost(model, set, prior, TextCost.NONE, config, values, lora.rank());
  }

  /** The cost of textual inversion, whose gradients go back through the checkpoint's encoders. */
  public static StepCost inversion(
      FluxTransformer model,
      Checkpoint checkpoint,
      TrainingSet set,
      Inversion inversion,
      TrainConfig config) {
    long width = checkpoint.clip().hiddenSize() + (long) checkpoint.t5().dModel();
    TextCost text = TextCost.of(checkpoint, model.compute().precision(), set.empty().t5().size(0));
    return new StepCost(model, set, null, text, config, inversion.vectors() * width, 0);
  }

  /** The largest batch of the configuration. */
  int batch() {
    return config.batch();
  }

  /** Bytes of a step with so many photos at once, the models included. */
  long bytes(boolean checkpointing, int photos) {
    double lost = model.compute().onCpu() ? LOST_ON_CPU : LOST_ON_GPU;
    return weights() + FIXED_BYTES + (long) (lost * growth(checkpointing, photos));
  }

  /** Bytes of the frozen models, which trainings in one JVM share. */
  public long weights() {
    return text.weights()
        + model.linears().values().stream().mapToLong(linear -> linear.original().nbytes()).sum();
  }

  /** Bytes of all tensors that live at once beside the models. */
  long growth(boolean checkpointing, int photos) {
    long width = model.config().innerDim();
    long blocks = model.config().numLayers() + (long) model.config().numSingleLayers();
    long block = tokens * (BLOCK_BYTES * width + BRANCHES * Float.BYTES * rank);
    long between = tokens * BETWEEN_BYTES * width;
    long work = tokens * WORK_BYTES * width;
    long saved = work + (checkpointing ? blocks * between + block : blocks * block);
    return copies(2 + moments() + best())
        + Math.max(copies(temporary()), photos * (text.graph() + saved));
  }

  private long copies(int count) {
    return Float.BYTES * values * count;
  }

  /** The optimiser's own tensors of the values' size. */
  private int moments() {
    return switch (config.optimisation().method()) {
      case ADAMW -> 2;
      case PRODIGY -> 4;
    };
  }

  /** Those of its step: the gradients' norm in double or what the optimiser computes with. */
  private int temporary() {
    return switch (config.optimisation().method()) {
      case ADAMW -> 2;
      case PRODIGY -> 3;
    };
  }

  private int best() {
    return config.validation().stopsEarly() ? 1 : 0;
  }
}
