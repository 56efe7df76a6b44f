package io.atelier.bench;

import io.atelier.flux.FluxTransformer;
import io.atelier.flux.TransformerInput;
import io.atelier.nn.Compute;
import io.atelier.nn.Precision;
import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.Torch;
import io.atelier.nn.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Times one denoising step, beside diffusers if a Python is given: {@code jobs/bench/denoise.sh}.
 * Each round runs both, in turns first, so that other load on the machine meets both alike; the
 * ratio is the median of the rounds' ratios.
 */
public final class DenoiseBench {
  private static final int WARM_UP = 3;

  private final Path folder;
  private final String python;
  private final int threads;
  private final int rounds;

  private DenoiseBench(Path folder, String python, int threads, int rounds) {
    this.folder = folder;
    this.python = python;
    this.threads = threads;
    this.rounds = rounds;
  }

  /** Arguments: {@code [--python PATH] [--threads N] [--rounds N]}. */
  public static void main(String[] args) throws IOException {
    Torch.threads(Integer.parseInt(option(args, "--threads", "2")));
    Path folder = Files.createTempDirectory("denoise-bench");
    long weights = RandomFlux.write(folder);
    System.out.printf(
        "random FLUX, %.1f M weights, %d image + %d text tokens, %.1f GFLOP a step%n",
        weights / 1e6, RandomFlux.IMAGE_TOKENS, RandomFlux.TEXT_TOKENS, RandomFlux.flop() / 1e9);
    System.out.println(
        "(FLOP of a step = blocks x (24 x width^2 x tokens + 4 x tokens^2 x width))");
    DenoiseBench bench =
        new DenoiseBench(
            folder,
            option(args, "--python", null),
            Torch.threads(),
            Integer.parseInt(option(args, "--rounds", "15")));
    try {
      for (Precision precision : Precision.values()) {
        bench.run(precision);
      }
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String option(String[] args, String name, String otherwise) {
    int at = Arrays.asList(args).indexOf(name);
    return at < 0 ? otherwise : args[at + 1];
  }

  private void run(Precision precision) throws IOException {
    Compute compute = new Compute(precision, "cpu");
    try (PointerScope scope = new PointerScope();
        SafetensorsFile inputs = SafetensorsFile.open(folder.resolve("inputs.safetensors"));
        NoGradGuard frozen = new NoGradGuard();
        FluxTransformer transformer =
            new FluxTransformer(
                RandomFlux.CONFIG, Weights.open(folder.resolve("transformer")), compute)) {
      if (python == null) {
        alone(precision, transformer, inputs);
        return;
      }
      try (PythonSteps other =
          new PythonSteps(
              python,
              "jobs/bench/denoise_diffusers.py",
              folder.toString(),
              precision.toString(),
              Integer.toString(threads))) {
        beside(precision, transformer, inputs, other);
      }
    }
  }

  private void alone(Precision precision, FluxTransformer transformer, SafetensorsFile inputs) {
    double[] own = new double[rounds];
    for (int round = -WARM_UP; round < rounds; round++) {
      own[Math.max(round, 0)] = step(transformer, inputs);
    }
    report(precision, "atelier", own);
  }

  private void beside(
      Precision precision, FluxTransformer transformer, SafetensorsFile inputs, PythonSteps other)
      throws IOException {
    double[] own = new double[rounds];
    double[] theirs = new double[rounds];
    double[] ratio = new double[rounds];
    for (int round = -WARM_UP; round < rounds; round++) {
      int slot = Math.max(round, 0);
      if (round % 2 == 0) {
        own[slot] = step(transformer, inputs);
        theirs[slot] = other.step()[0];
      } else {
        theirs[slot] = other.step()[0];
        own[slot] = step(transformer, inputs);
      }
      ratio[slot] = own[slot] / theirs[slot];
    }
    report(precision, "atelier", own);
    report(precision, "diffusers", theirs);
    other.write();
    System.out.printf(
        "%-8s ratio %.3f, largest difference %.2e of the largest value%n",
        precision, median(ratio), difference(transformer, inputs));
  }

  private double difference(FluxTransformer transformer, SafetensorsFile inputs) {
    try (PointerScope scope = new PointerScope();
        SafetensorsFile file = SafetensorsFile.open(folder.resolve("reference.safetensors"))) {
      Tensor reference = file.tensor("velocity");
      Tensor own = velocity(transformer, inputs).to(ScalarType.Float);
      double error = own.sub(reference).abs().max().item_double();
      return error / reference.abs().max().item_double();
    }
  }

  private static double step(FluxTransformer transformer, SafetensorsFile inputs) {
    try (PointerScope scope = new PointerScope()) {
      long start = System.nanoTime();
      velocity(transformer, inputs);
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private static Tensor velocity(FluxTransformer transformer, SafetensorsFile inputs) {
    return transformer.forward(
        new TransformerInput(
            inputs.tensor("hidden_states"),
            inputs.tensor("encoder_hidden_states"),
            inputs.tensor("pooled_projections"),
            inputs.tensor("timestep"),
            inputs.tensor("guidance"),
            inputs.tensor("img_ids"),
            inputs.tensor("txt_ids")));
  }

  private static void report(Precision precision, String who, double[] milliseconds) {
    double median = median(milliseconds);
    System.out.printf(
        "%-8s %-9s median %7.1f ms, fastest %7.1f ms, %6.1f GFLOP/s%n",
        precision,
        who,
        median,
        Arrays.stream(milliseconds).min().orElseThrow(),
        RandomFlux.flop() / median / 1e6);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
