package io.atelier.cli;

import io.atelier.config.LoadedSettings;
import io.atelier.config.Settings;
import io.atelier.flux.Checkpoint;
import io.atelier.flux.verify.CaseKind;
import io.atelier.flux.verify.CaseResult;
import io.atelier.flux.verify.Verification;
import io.atelier.lora.LoraKinds;
import io.atelier.nn.Compute;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code atelier verify}. */
@Command(
    name = "verify",
    header = "Replays cases recorded with diffusers against a checkpoint.",
    description = {
      "Every *.safetensors file in the folder of cases holds inputs (in.*), expected outputs (out.*)"
          + " and the kind of computation that leads from one to the other. The table shows the"
          + " largest absolute error and the largest error of a tensor relative to its largest"
          + " recorded value; a case passes if the relative error is within the tolerance, and if"
          + " every tensor and every argument in the file was understood.",
      "",
      "Ends with exit code 2 if a case fails."
    },
    footer = {
      "  ./atelier verify --checkpoint models/tiny --cases cases",
      "  ./atelier verify --checkpoint models/FLUX.1-dev --cases cases --device cuda \\",
      "      --precision bfloat16 --tolerance 0.05 --kinds transformer,vae"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int DETAIL = 240;

  @Spec private CommandSpec spec;
  @Mixin private SettingsOptions options;
  @Mixin private ComputeOptions compute;

  @Option(
      names = "--cases",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the recorded cases.")
  private Path cases;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      description =
          "Largest error that passes, relative to the largest recorded value of the tensor. Default:"
              + " what suits float32, 1e-4, of adapters 2e-5, of training steps 1e-5.")
  private Double tolerance;

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "KIND",
      description = "Replay only cases of these kinds. Default: all.")
  private Set<String> kinds = Set.of();

  @Override
  public Integer call() {
    if (tolerance != null && (!(tolerance >= 0) || Double.isInfinite(tolerance))) {
      throw new ParameterException(
          spec.commandLine(), "--tolerance " + tolerance + " is not a number of at least 0");
    }
    LoadedSettings loaded = options.load(System.getenv(), compute.flags());
    Settings.Runtime runtime = loaded.settings().runtime();
    // The recorded numbers are float32 ones from a CPU, whatever else the settings say.
    Compute how = compute.apply("float32", "cpu", runtime.threads());
    Checkpoint checkpoint = Checkpoint.open(SettingsOptions.requireCheckpoint(loaded));
    OptionalDouble allowed =
        tolerance == null ? OptionalDouble.empty() : OptionalDouble.of(tolerance);
    List<CaseResult> results =
        new Verification(checkpoint, how, allowed, knownKinds()).run(cases, kinds);
    print(results);
    return results.stream().allMatch(CaseResult::pass) ? ExitCode.DONE : ExitCode.USER;
  }

  private static List<CaseKind> knownKinds() {
    List<CaseKind> known = new ArrayList<>(Verification.fluxKinds());
    known.addAll(LoraKinds.all());
    return known;
  }

  private void print(List<CaseResult> results) {
    PrintWriter out = spec.commandLine().getOut();
    int nameWidth = results.stream().mapToInt(result -> name(result).length()).max().orElse(0);
    int kindWidth = results.stream().mapToInt(result -> result.kind().length()).max().orElse(0);
    String row = "%-" + Math.max(4, nameWidth) + "s  %-" + Math.max(4, kindWidth) + "s  %s%n";
    out.printf(row, "case", "kind", " max error   relative  ");
    for (CaseResult result : results) {
      out.printf(row, name(result), result.kind(), outcome(result));
    }
    long passed = results.stream().filter(CaseResult::pass).count();
    out.printf("%d of %d cases pass%n", passed, results.size());
  }

  private static String outcome(CaseResult result) {
    return String.format(
        Locale.ROOT,
        "%10.3e %10.3e  %s",
        result.maxAbsError(),
        result.relativeError(),
        result.pass() ? "pass" : "FAIL  " + shortened(result.detail()));
  }

  /** A case of an unknown kind lists every tensor it holds. */
  private static String shortened(String detail) {
    return detail.length() <= DETAIL ? detail : detail.substring(0, DETAIL) + "...";
  }

  private static String name(CaseResult result) {
    return result.file().replaceFirst("\\.safetensors$", "");
  }
}
