package io.atelier.cli;

import io.atelier.config.Settings;
import io.atelier.evaluate.Evaluation;
import io.atelier.job.EvaluateJob;
import io.atelier.nn.Compute;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code atelier evaluate}. */
@Command(
    name = "evaluate",
    header = "Measures a checkpoint of the drawn world.",
    description = {
      "Renders held-out prompts and asks a network that looks at the pictures whether they show what"
          + " was asked for: place, colour of the clothes, colour of the hair, glasses. Then draws"
          + " 12 photos each of people that no training has seen, describes them with the captioner of"
          + " the settings, trains an adapter of each with their recipe, renders held-out prompts with it and without it, and measures"
          + " how often the person is recognised among 51, and whether the prompts are still"
          + " followed.",
      "",
      "Prints a table and writes evaluation.json and sheets of the pictures. A run that was stopped"
          + " goes on with the person it was at; another recipe or checkpoint is measured anew."
    },
    footer = {
      "  ./atelier evaluate --checkpoint models/atelier-tiny --out target/evaluation",
      "  ./atelier evaluate --checkpoint models/atelier-tiny --out target/rank4 --adapters 4 \\",
      "      --set train.rank=4 --set train.steps=300"
    })
final class EvaluateCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions options;
  @Mixin private ComputeOptions compute;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Where figures and sheets go.")
  private Path out;

  @Option(
      names = "--judge",
      paramLabel = "FILE.onnx",
      description =
          "The network that looks at the pictures. Default: models/atelier-tiny-identity/model.onnx"
              + " of the installation.")
  private Path judge;

  @Option(
      names = "--prompts",
      paramLabel = "N",
      defaultValue = "192",
      description = "Held-out prompts. Default: ${DEFAULT-VALUE}.")
  private int prompts;

  @Option(
      names = "--adapters",
      paramLabel = "N",
      defaultValue = "8",
      description = "Unseen people to train adapters of; 0 for none. Default: ${DEFAULT-VALUE}.")
  private int adapters;

  @Option(
      names = "--portraits",
      paramLabel = "N",
      defaultValue = "16",
      description = "Pictures of each of them. Default: ${DEFAULT-VALUE}.")
  private int portraits;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "24",
      description = "Denoising steps of a picture. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--guidance",
      paramLabel = "X",
      defaultValue = "5",
      description = "How closely pictures follow their prompts. Default: ${DEFAULT-VALUE}.")
  private double guidance;

  @Option(
      names = "--drawn-captions",
      description =
          "Train on the drawing program's own captions, which say more, instead of those of the"
              + " captioner that the settings name.")
  private boolean drawnCaptions;

  @Override
  public void run() {
    Settings settings = options.loadWithModel(compute.flags());
    Compute how =
        compute.apply(
            settings.generate().precision(),
            settings.model().device(),
            settings.runtime().threads());
    PrintWriter err = spec.commandLine().getErr();
    Evaluation evaluation =
        EvaluateJob.run(
            settings,
            how.device(),
            judge == null ? shipped() : judge,
            new EvaluateJob.Extent(prompts, adapters, portraits, steps, guidance, drawnCaptions),
            out,
            line -> {
              err.println(line);
              err.flush();
            });
    spec.commandLine().getOut().print(evaluation.table());
  }

  private static Path shipped() {
    return SettingsOptions.installed(System.getenv())
        .resolve("models/atelier-tiny-identity/model.onnx");
  }
}
