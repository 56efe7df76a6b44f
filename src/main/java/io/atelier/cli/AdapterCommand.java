package io.atelier.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code atelier adapter}. */
@Command(
    name = "adapter",
    header = "Looks into LoRA files and converts, shrinks or merges them; no lake, no Spark.",
    description = {
      "Reads LoRA files for FLUX.1 of diffusers, sd-scripts (kohya), x-labs, ComfyUI, OneTrainer and"
          + " PEFT. A file is read whole or refused with the key or the fact that is wrong; nothing"
          + " is skipped."
    },
    footer = {
      "  ./atelier adapter inspect face.safetensors",
      "  ./atelier adapter convert face.safetensors kohya.safetensors --format kohya",
      "  ./atelier adapter resize face.safetensors small.safetensors --rank 8",
      "  ./atelier adapter merge --checkpoint models/FLUX.1-dev \\",
      "      --adapter face.safetensors:0.8 --out models/face",
      "  ./atelier adapter COMMAND --help"
    },
    subcommands = {
      AdapterInspectCommand.class,
      AdapterConvertCommand.class,
      AdapterResizeCommand.class,
      AdapterMergeCommand.class
    })
final class AdapterCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no command given; use inspect, convert, resize or merge");
  }
}
