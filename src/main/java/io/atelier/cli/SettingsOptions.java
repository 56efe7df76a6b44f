package io.atelier.cli;

import io.atelier.config.Flag;
import io.atelier.config.LoadedSettings;
import io.atelier.config.SettingsLoader;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options through which every command takes its settings. */
final class SettingsOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Settings file. Default: conf/atelier.yaml of the installation, if it is there.")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting, for example train.rank=8. May be repeated.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description = "Folder of the base model (setting model.checkpoint).")
  private String checkpoint;

  /** The effective settings under this process's environment. */
  LoadedSettings load() {
    return load(System.getenv(), List.of());
  }

  /** The effective settings; the further flags come from the command's own options. */
  LoadedSettings load(Map<String, String> environment, List<Flag> further) {
    List<Flag> flags = new ArrayList<>();
    assignments.forEach(assignment -> flags.add(flag(assignment)));
    if (checkpoint != null) {
      flags.add(new Flag("model.checkpoint", checkpoint, "--checkpoint"));
    }
    flags.addAll(further);
    return SettingsLoader.load(file(environment), environment, flags);
  }

  /** The checkpoint's folder, which this command needs. */
  static Path requireCheckpoint(LoadedSettings settings) {
    String folder =
        settings
            .settings()
            .model()
            .checkpoint()
            .orElseThrow(
                () ->
                    new AtelierException(
                        ErrorCode.BAD_COMMAND_LINE,
                        "no base model is named; give --checkpoint DIR, or set model.checkpoint"
                            + " or ATELIER_MODEL_CHECKPOINT"));
    return Path.of(folder);
  }

  private Optional<Path> file(Map<String, String> environment) {
    if (config != null) {
      return Optional.of(config);
    }
    Path shipped = Path.of(environment.getOrDefault("ATELIER_HOME", "."), "conf", "atelier.yaml");
    return Files.exists(shipped) ? Optional.of(shipped) : Optional.empty();
  }

  private Flag flag(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 1) {
      throw new ParameterException(
          command.commandLine(),
          "--set '" + assignment + "' is not KEY=VALUE; an example is --set train.rank=8");
    }
    return new Flag(assignment.substring(0, equals), assignment.substring(equals + 1), "--set");
  }
}
