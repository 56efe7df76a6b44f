package io.atelier.bench;

import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxTransformer;
import io.atelier.lora.LoraConfig;
import io.atelier.lora.RecordedSteps;
import io.atelier.lora.StepMemory;
import io.atelier.lora.Targets;
import io.atelier.lora.TrainConfig;
import io.atelier.lora.TrainStep;
import io.atelier.lora.Trainer;
import io.atelier.lora.TrainingSet;
import io.atelier.nn.Compute;
import io.atelier.nn.Precision;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains an adapter step by step, beside diffusers and PEFT if a Python is given: {@code
 * jobs/bench/train.sh} and {@code jobs/interop/train_beside_diffusers.sh}. Both start from the same
 * adapter and take the same steps: photos, noise, levels and captions are those that our trainer
 * draws. Each round runs both, in turns first, so that other load on the machine meets both alike;
 * the ratio of times is the median of the rounds' ratios.
 */
public final class TrainBench {
  private static final int WARM_UP = 3;
  private static final int PHOTOS = 4;
  private static final String JOB = "train-bench";

  private final Path folder;
  private final String checkpoint;
  private final String python;
  private final int threads;
  private final int side;
  private final TrainConfig config;
  private final boolean curves;

  private TrainBench(Path folder, String[] args) {
    this.folder = folder;
    checkpoint = option(args, "--checkpoint", null);
    python = option(args, "--python", null);
    threads = Integer.parseInt(option(args, "--threads", "2"));
    side = Integer.parseInt(option(args, "--latent-side", "32"));
    config =
        TrainConfig.DEFAULT.withSteps(WARM_UP + Integer.parseInt(option(args, "--rounds", "15")));
    curves = Arrays.asList(args).contains("--curves");
  }

  /**
   * Arguments: {@code [--python PATH] [--threads N] [--rounds N] [--latent-side N] [--precision
   * P,...] [--checkpointing true|false,...] [--checkpoint FOLDER] [--curves] --folder FOLDER}.
   * Without a checkpoint, on a random FLUX of 60 million parameters. {@code --curves} writes {@code
   * curves-<precision>.csv}.
   */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(option(args, "--folder", "target/train-bench")));
    TrainBench bench = new TrainBench(folder, args);
    Torch.threads(bench.threads);
    if (bench.checkpoint == null) {
      long weights = RandomFlux.write(folder);
      System.out.printf(Locale.ROOT, "random FLUX, %.1f M weights%n", weights / 1e6);
    }
    System.out.printf(
        "batch 1, %d image + %d text tokens, %s, %d threads%n",
        bench.side * bench.side / 4, RandomFlux.TEXT_TOKENS, LoraConfig.DEFAULT, bench.threads);
    for (String precision : option(args, "--precision", "float32,bfloat16").split(",")) {
      for (String checkpointing : option(args, "--checkpointing", "false").split(",")) {
        bench.run(Precision.parse(precision), Boolean.parseBoolean(checkpointing));
      }
    }
  }

  private static String option(String[] args, String name, String otherwise) {
    int at = Arrays.asList(args).indexOf(name);
    return at < 0 ? otherwise : args[at + 1];
  }

  private FluxTransformer model(Precision precision) {
    Compute compute = new Compute(precision, "cpu");
    return checkpoint != null
        ? FluxTransformer.load(Checkpoint.open(Path.of(checkpoint)), compute)
        : new FluxTransformer(
            RandomFlux.CONFIG, Weights.open(folder.resolve("transformer")), compute);
  }

  private void run(Precision precision, boolean checkpointing) throws IOException {
    LoraConfig lora = new LoraConfig(16, 16, Targets.DIFFUSERS);
    StepMemory memory = new StepMemory(checkpointing, 1);
    Path steps = folder.resolve("steps.safetensors");
    try (FluxTransformer model = model(precision);
        TrainingSet set =
            RecordedSteps.photos(model.config(), PHOTOS, side, RandomFlux.TEXT_TOKENS)) {
      RecordedSteps.write(steps, model, set, lora, config, JOB);
      String name = precision + (checkpointing ? ", checkpointing" : "");
      try (Trainer trainer = new Trainer(model, set, null, lora, config, JOB, memory)) {
        if (python == null) {
          alone(name, trainer);
          return;
        }
        try (PythonSteps other =
            new PythonSteps(
                python,
                "jobs/interop/peft_training.py",
                checkpoint == null ? folder.toString() : checkpoint,
                steps.toString(),
                precision.toString(),
                Integer.toString(threads),
                Boolean.toString(checkpointing))) {
          beside(name, trainer, other);
        }
      }
    }
  }

  private void alone(String name, Trainer trainer) {
    double[] own = new double[config.steps()];
    for (int step = 0; step < own.length; step++) {
      long start = System.nanoTime();
      trainer.step();
      own[step] = (System.nanoTime() - start) / 1e6;
    }
    System.out.printf("%s: median %.1f ms%n", name, median(own));
  }

  private void beside(String name, Trainer trainer, PythonSteps other) throws IOException {
    int count = config.steps();
    double[] own = new double[count];
    double[] theirs = new double[count];
    double[] ratio = new double[count];
    double[] ownLoss = new double[count];
    double[] theirLoss = new double[count];
    for (int step = 0; step < count; step++) {
      double[] answer = step % 2 == 0 ? null : other.step();
      long start = System.nanoTime();
      TrainStep done = trainer.step();
      own[step] = (System.nanoTime() - start) / 1e6;
      answer = answer == null ? other.step() : answer;
      theirs[step] = answer[0];
      ratio[step] = own[step] / theirs[step];
      ownLoss[step] = done.loss();
      theirLoss[step] = answer[1];
    }
    other.write();
    double loss = 0;
    for (int step = 0; step < count; step++) {
      loss = Math.max(loss, Math.abs(ownLoss[step] - theirLoss[step]) / theirLoss[step]);
    }
    if (curves) {
      curves(name, own, theirs, ownLoss, theirLoss);
    }
    System.out.printf(
        Locale.ROOT,
        "%s: atelier %.1f ms, diffusers + peft %.1f ms, ratio %.3f (medians of %d rounds);"
            + " largest relative difference of a loss %.1e, of the adapters after %d steps %.1e%n",
        name,
        median(own),
        median(theirs),
        median(ratio),
        count - WARM_UP,
        loss,
        count,
        difference(trainer));
  }

  /** Norm of the difference over the norm of what was learnt, in all of A and B. */
  private double difference(Trainer trainer) throws IOException {
    Path own = folder.resolve("own.safetensors");
    trainer.write(own, Map.of());
    double difference = 0;
    double learnt = 0;
    try (PointerScope scope = new PointerScope();
        SafetensorsFile ours = SafetensorsFile.open(own);
        SafetensorsFile theirs = SafetensorsFile.open(folder.resolve("after.safetensors"));
        SafetensorsFile begin = SafetensorsFile.open(folder.resolve("steps.safetensors"))) {
      for (String name : theirs.names()) {
        Tensor expected = theirs.tensor(name);
        Tensor value = ours.tensor("transformer." + name + ".weight");
        difference += value.sub(expected).square().sum().item_double();
        learnt += begin.tensor("start." + name).sub(expected).square().sum().item_double();
      }
    }
    return Math.sqrt(difference / learnt);
  }

  private void curves(
      String name, double[] own, double[] theirs, double[] ownLoss, double[] theirLoss)
      throws IOException {
    StringBuilder csv = new StringBuilder("step,atelier,diffusers,atelier_ms,diffusers_ms\n");
    for (int step = 0; step < own.length; step++) {
      String row =
          String.format(
              Locale.ROOT,
              "%d,%.7f,%.7f,%.1f,%.1f%n",
              step + 1,
              ownLoss[step],
              theirLoss[step],
              own[step],
              theirs[step]);
      csv.append(row);
    }
    System.out.print(csv);
    Files.writeString(folder.resolve("curves-" + name + ".csv"), csv);
  }

  private static double median(double[] values) {
    double[] sorted = Arrays.copyOfRange(values, WARM_UP, values.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
