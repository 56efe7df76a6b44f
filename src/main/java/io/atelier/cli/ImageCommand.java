package io.atelier.cli;

import io.atelier.config.Settings;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.FluxPipeline;
import io.atelier.flux.ImageRequest;
import io.atelier.flux.Picture;
import io.atelier.lora.Merge;
import io.atelier.nn.Compute;
import io.atelier.spark.ProgressText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code atelier image}. */
@Command(
    name = "image",
    header = "Makes one picture, or some, from a prompt; no lake, no Spark.",
    description = {
      "The picture depends on the checkpoint, the adapters, the prompt, the seed, the size, the steps and the"
          + " guidance, and on nothing else: the noise is that of PyTorch on the CPU after"
          + " torch.manual_seed. Progress goes to standard error, the name of every finished file to"
          + " standard output. A file appears under its name when it is complete."
    },
    footer = {
      "  ./atelier image --checkpoint models/FLUX.1-dev --prompt \"a dog on a pier\" \\",
      "      --seed 7 --width 1024 --height 768 --out dog.png",
      "",
      "  ./atelier image --checkpoint models/FLUX.1-schnell --prompt \"a dog\" \\",
      "      --out dog.png --count 4",
      "",
      "The second writes dog-0001.png to dog-0004.png with the seeds 0 to 3.",
      "",
      "  ./atelier image --checkpoint models/FLUX.1-dev --prompt \"photo of ohwx woman\" \\",
      "      --adapter face.safetensors:0.8 --adapter style.safetensors:0.2 --out her.png",
      "",
      "A file of textual inversion is given in the same way; the prompt has its word exactly once:",
      "the trigger token it was trained with, or <s0><s1>... for a file that diffusers trained."
    })
final class ImageCommand implements Runnable {
  private static final int DEV_STEPS = 28;
  private static final int SCHNELL_STEPS = 4;
  private static final int MOST_PICTURES = 9999;

  private static final double USUAL_TRUE_CFG = 4;
  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions options;
  @Mixin private ComputeOptions compute;

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "TEXT",
      description = "What the picture shows.")
  private String prompt;

  @Option(names = "--negative", paramLabel = "TEXT", description = "What it should not show.")
  private String negative;

  @Option(
      names = "--true-cfg",
      paramLabel = "X",
      description =
          "Scale of classifier-free guidance with --negative; doubles the time. Default: 4 with"
              + " --negative, else none.")
  private Double trueCfg;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the noise. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--width",
      paramLabel = "PIXELS",
      defaultValue = "1024",
      description = "Width, a multiple of 16. Default: ${DEFAULT-VALUE}.")
  private int width;

  @Option(
      names = "--height",
      paramLabel = "PIXELS",
      defaultValue = "1024",
      description = "Height, a multiple of 16. Default: ${DEFAULT-VALUE}.")
  private int height;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps. Default: 28, or 4 for a checkpoint of the schnell kind.")
  private Integer steps;

  @Option(
      names = "--guidance",
      paramLabel = "X",
      defaultValue = "3.5",
      description =
          "How closely the picture follows the prompt; a checkpoint of the schnell kind ignores it."
              + " Default: ${DEFAULT-VALUE}.")
  private double guidance;

  @Option(
      names = "--adapter",
      paramLabel = AdapterOption.LABEL,
      converter = AdapterOption.Converter.class,
      description =
          "A LoRA file to merge into the model, and how much of it. Default: 1. May be repeated."
              + " One of them may be a file of textual inversion.")
  private List<AdapterOption> adapters = new ArrayList<>();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.png",
      description = "The file to write; an existing one is replaced.")
  private Path out;

  @Option(
      names = "--count",
      paramLabel = "K",
      description =
          "Make K pictures with the seeds N to N+K-1 and number the files: FILE-0001.png and so on.")
  private Integer count;

  @Override
  public void run() {
    checkArguments();
    Settings settings = options.loadWithModel(compute.flags());
    Checkpoint checkpoint = Checkpoint.open(Path.of(settings.model().checkpoint().orElseThrow()));
    int t5Length = settings.model().t5Length().orElseGet(checkpoint::t5Length);
    requireWholePatches("--width", width, checkpoint);
    requireWholePatches("--height", height, checkpoint);
    int stepCount = stepsFor(checkpoint);
    ImageRequest first = request(seed, stepCount, t5Length);
    Compute how =
        compute.apply(
            settings.generate().precision(),
            settings.model().device(),
            settings.runtime().threads());
    PrintWriter err = spec.commandLine().getErr();
    try (WordOption word = WordOption.of(adapters, checkpoint, prompt, err);
        AdapterOption.Loaded loaded = AdapterOption.load(word.others(), err);
        FluxPipeline pipeline = load(checkpoint, how, err)) {
      Merge.apply(pipeline.transformer().linears(), loaded.adapters());
      word.learned().ifPresent(pipeline::learn);
      for (int i = 0; i < pictures(); i++) {
        make(pipeline, request(seed + i, first.steps(), t5Length), file(i));
      }
    }
  }

  private static FluxPipeline load(Checkpoint checkpoint, Compute how, PrintWriter err) {
    err.println("loading " + checkpoint.root() + " on " + how.device());
    return FluxPipeline.load(checkpoint, how);
  }

  private void checkArguments() {
    if (out.getFileName() == null
        || !out.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw bad("--out " + out + " does not end in .png, and PNG is what is written");
    }
    if (count != null && (count < 1 || count > MOST_PICTURES)) {
      throw bad("--count " + count + " is not from 1 to " + MOST_PICTURES);
    }
    if (seed < 0) {
      throw bad("--seed " + seed + " is below 0");
    }
    if (trueCfg == null) {
      trueCfg = negative == null ? 1 : USUAL_TRUE_CFG;
    }
    if ((negative != null) != (trueCfg > 1)) {
      throw bad("--negative and a --true-cfg above 1 work only together");
    }
  }

  /** Checked here because the pipeline finds it only after the model is loaded. */
  private static void requireWholePatches(String option, int pixels, Checkpoint checkpoint) {
    int patch = 2 * checkpoint.vae().downscale();
    if (pixels < patch || pixels % patch != 0) {
      throw new AtelierException(
          ErrorCode.BAD_INPUT, option + " " + pixels + " is not a multiple of " + patch);
    }
  }

  private ParameterException bad(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private int pictures() {
    return count == null ? 1 : count;
  }

  private int stepsFor(Checkpoint checkpoint) {
    if (steps != null) {
      return steps;
    }
    return checkpoint.transformer().guidanceEmbeds() ? DEV_STEPS : SCHNELL_STEPS;
  }

  private ImageRequest request(long ofSeed, int stepCount, int t5Length) {
    return new ImageRequest(
        prompt, negative, ofSeed, width, height, stepCount, guidance, trueCfg, t5Length);
  }

  /** The i-th file, counted from 0. */
  private Path file(int i) {
    if (count == null) {
      return out;
    }
    String name = out.getFileName().toString();
    String stem = name.substring(0, name.length() - ".png".length());
    return out.resolveSibling(String.format(Locale.ROOT, "%s-%04d.png", stem, i + 1));
  }

  private void make(FluxPipeline pipeline, ImageRequest request, Path file) {
    PrintWriter err = spec.commandLine().getErr();
    Progress progress =
        new Progress(err, Progress.onTerminal(), file.getFileName().toString(), request.steps());
    long started = System.nanoTime();
    Picture picture =
        pipeline.generate(List.of(request), (done, total) -> progress.done(done)).get(0);
    try {
      WholeFile.write(file, picture.png());
    } catch (IOException e) {
      throw WholeFile.failure(file, e);
    }
    PrintWriter names = spec.commandLine().getOut();
    names.printf(
        Locale.ROOT,
        "%s  %d x %d  seed %d  %s%n",
        file,
        picture.width(),
        picture.height(),
        request.seed(),
        ProgressText.duration((System.nanoTime() - started) / 1e9));
    names.flush();
  }
}
