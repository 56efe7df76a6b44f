package io.atelier.cli;

import io.atelier.error.ErrorCode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. The only class that ends the process. */
@Command(
    name = "atelier",
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false,
    synopsisHeading = "%nUsage:%n  ",
    descriptionHeading = "%nDescription:%n",
    parameterListHeading = "%nParameters:%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the command line is wrong",
      "2:you can fix it: an input, a setting, a file; the message says what to do",
      "3:a defect of Atelier",
      "4:memory, disk or a device is missing",
      "5:worth a retry: another writer or the store was in the way",
      "6:done, but more rows failed than runtime.max_failed_share allows"
    },
    synopsisSubcommandLabel = "COMMAND",
    header = "Personalised image generation in bulk, on Apache Spark.",
    description = {
      "Photos of people are curated and captioned, each person gets a LoRA adapter of the FLUX"
          + " text-to-image model, and style packs are rendered with every adapter. All decisions,"
          + " trainings and pictures are rows in Delta tables below one root, the lake.",
      "",
      "Spark's own options (--master, --conf, --properties-file, --driver-memory and the others of"
          + " spark-submit) may stand before or after the command; without --master a command runs"
          + " on this machine. verify, image, inspect, adapter, pretrain and evaluate run without"
          + " Spark."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./atelier demo",
      "  ./atelier run --photos photos --lake lake --checkpoint models/FLUX.1-dev",
      "  ./atelier inspect --checkpoint models/FLUX.1-dev",
      "  ./atelier image --checkpoint models/FLUX.1-dev --prompt \"a dog\" --out dog.png",
      "  ./atelier COMMAND --help"
    },
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      IntakeCommand.class,
      CurateCommand.class,
      DiffCommand.class,
      CaptionCommand.class,
      TrainCommand.class,
      GenerateCommand.class,
      ReportCommand.class,
      VerifyCommand.class,
      InspectCommand.class,
      PretrainCommand.class,
      EvaluateCommand.class,
      ImageCommand.class,
      AdapterCommand.class
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a failure.")
  private boolean debug;

  /** Runs a command and, unless it succeeded, ends the process with its exit code. */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(args, out, err);
    // A cluster manager takes an explicit exit(0) for a failure, so success just returns.
    if (code != ExitCode.DONE) {
      System.exit(code);
    }
  }

  /** Runs a command; returns the exit code. */
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    return run(new CommandLine(new Main()), args, out, err);
  }

  /** The same for a command line with further commands. */
  static int run(CommandLine commandLine, String[] args, PrintWriter out, PrintWriter err) {
    Main main = commandLine.getCommand();
    commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler((e, arguments) -> main.badCommandLine(e))
        .setExecutionExceptionHandler((e, command, parsed) -> main.failed(e, command, err));
    try {
      return commandLine.execute(args);
    } catch (Error e) {
      return main.failed(e, failedCommand(commandLine), err);
    } finally {
      out.flush();
      err.flush();
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  private static CommandLine failedCommand(CommandLine commandLine) {
    ParseResult parsed = commandLine.getParseResult();
    return parsed != null && parsed.hasSubcommand()
        ? parsed.subcommand().commandSpec().commandLine()
        : commandLine;
  }

  private int badCommandLine(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("Try './" + name + " --help'.");
    return ExitCode.USAGE;
  }

  private int failed(Throwable failure, CommandLine command, PrintWriter err) {
    if (failure instanceof ParameterException badCommandLine) {
      return badCommandLine(badCommandLine);
    }
    ErrorCode code = ExitCode.errorCode(failure);
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + code + ": " + Failure.message(failure));
    if (debug) {
      failure.printStackTrace(err);
    } else if (code.category() == ErrorCode.Category.INTERNAL) {
      err.println("This is a defect of Atelier; --debug prints where it happened.");
    }
    LoggerFactory.getLogger(Main.class).error("{} failed with {}", name, code, failure);
    return ExitCode.of(failure);
  }
}
