package io.atelier.cli;

import io.atelier.config.Flag;
import io.atelier.config.LoadedSettings;
import io.atelier.config.Settings;
import io.atelier.config.SettingsLoader;
import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options through which every command takes its settings. */
final class SettingsOptions {
  private static final String RECIPE = "atelier.yaml";
  private static final String BUNDLED = "models/atelier-tiny";

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

  /**
   * The effective settings of a command that works on a lake, under this process's environment. A
   * file {@code atelier.yaml} in the checkpoint's folder, if one is set, holds what suits that
   * model: it beats the installation's file, and loses to {@code --config}, environment and flags.
   */
  LoadedSettings loadForLake() {
    return withRecipe(System.getenv(), List.of());
  }

  /**
   * The effective settings of a command that looks at files only, whatever is said beside the
   * checkpoint; the further flags come from the command's own options.
   */
  LoadedSettings load(Map<String, String> environment, List<Flag> further) {
    return load(environment, further, List.of());
  }

  private LoadedSettings withRecipe(Map<String, String> environment, List<Flag> further) {
    LoadedSettings plain = load(environment, further);
    return plain
        .settings()
        .model()
        .checkpoint()
        .map(folder -> Path.of(folder, RECIPE))
        .filter(Files::exists)
        .map(recipe -> load(environment, further, List.of(recipe)))
        .orElse(plain);
  }

  private LoadedSettings load(
      Map<String, String> environment, List<Flag> further, List<Path> recipes) {
    List<Flag> flags = new ArrayList<>();
    assignments.forEach(assignment -> flags.add(flag(assignment)));
    if (checkpoint != null) {
      flags.add(new Flag("model.checkpoint", checkpoint, "--checkpoint"));
    }
    flags.addAll(further);
    List<Path> files = new ArrayList<>(config == null ? shipped(environment) : List.of());
    files.addAll(recipes);
    if (config != null) {
      files.add(config);
    }
    return SettingsLoader.load(files, environment, flags);
  }

  /** The settings of a command that runs the model, see {@link #loadWithModel(List)}. */
  Settings loadWithModel() {
    return loadWithModel(List.of());
  }

  /**
   * The settings of a command that runs the model. Without a checkpoint it is the one that comes
   * along.
   */
  Settings loadWithModel(List<Flag> further) {
    Map<String, String> environment = System.getenv();
    List<Flag> flags = new ArrayList<>(further);
    if (load(environment, flags).settings().model().checkpoint().isEmpty()) {
      flags.add(new Flag("model.checkpoint", bundled(environment), "the model that comes along"));
    }
    return withRecipe(environment, flags).settings();
  }

  private String bundled(Map<String, String> environment) {
    Path bundled = installed(environment).resolve(BUNDLED);
    command
        .commandLine()
        .getErr()
        .println(
            "No checkpoint is set; taking "
                + bundled
                + ": it draws people of 96 x 96 pixels. FLUX.1 makes photos of them.");
    return bundled.toString();
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

  /** The folder that this program is installed in. */
  static Path installed(Map<String, String> environment) {
    return Path.of(environment.getOrDefault("ATELIER_HOME", "."));
  }

  private static List<Path> shipped(Map<String, String> environment) {
    Path shipped = installed(environment).resolve("conf").resolve(RECIPE);
    return Files.exists(shipped) ? List.of(shipped) : List.of();
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
