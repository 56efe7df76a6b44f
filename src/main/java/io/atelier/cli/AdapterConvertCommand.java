package io.atelier.cli;

import io.atelier.lora.AdapterFile;
import io.atelier.lora.AdapterLineage;
import io.atelier.lora.AdapterWriter;
import io.atelier.lora.format.AdapterFormat;
import io.atelier.nn.Dtype;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code atelier adapter convert}. */
@Command(
    name = "convert",
    header = "Writes a LoRA file of any tool in the format of diffusers or of sd-scripts.",
    description = {
      "The scale is folded into B before the cast, so that no tool needs to know it. The"
          + " format kohya joins q, k and v block by block; it is for tools that read nothing else,"
          + " and diffusers drops layers outside the blocks from it.",
      "",
      "Entries of the header are kept; one line of lineage is added."
    },
    footer = {
      "  ./atelier adapter convert kohya.safetensors face.safetensors --format diffusers",
      "  ./atelier adapter convert face.safetensors kohya.safetensors --format kohya \\",
      "      --precision bfloat16"
    })
final class AdapterConvertCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FILE", description = "The LoRA file to read.")
  private Path file;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write; must be new.")
  private Path out;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "diffusers or kohya.")
  private String format;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description = "float32, bfloat16 or float16. Default: ${DEFAULT-VALUE}.")
  private String precision;

  @Override
  public void run() {
    AdapterFormat written = AdapterWriter.format(format);
    Dtype type = AdapterWriter.type(precision);
    WholeFile.requireNew(out);
    PrintWriter err = spec.commandLine().getErr();
    try (AdapterFile found = AdapterFile.read(file)) {
      found.warnings().forEach(warning -> err.println("warning: " + warning));
      String line = "converted from the format %s, %s".formatted(found.format().label(), precision);
      List<String> warnings =
          AdapterWriter.write(
              found.adapter(),
              out,
              written,
              type,
              AdapterLineage.withHistory(found.adapter().metadata(), line));
      warnings.forEach(warning -> err.println("warning: " + warning));
      spec.commandLine()
          .getOut()
          .printf("%s  %s, %d modules%n", out, written.label(), found.adapter().modules().size());
    }
  }
}
