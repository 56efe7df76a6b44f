package io.atelier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void helpIsAManualPageAndSucceeds() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("Usage:\n  atelier", "Description:", "Options:", "Exit codes:", "Examples:")
        .contains("./atelier image --checkpoint")
        .contains("  6   done, but more rows failed");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theHelpOfEveryCommandHasAnExampleTheExitCodesAndNoUnexplainedOption() {
    CommandLine main = new CommandLine(new Main());
    main.getSubcommands()
        .forEach(
            (name, command) -> {
              String usage = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
              assertThat(usage)
                  .as(name)
                  .contains("./atelier " + name + " ", "Exit codes:", "Description:", "--debug");
              command
                  .getCommandSpec()
                  .options()
                  .forEach(
                      option ->
                          assertThat(option.description())
                              .as("%s %s", name, option.longestName())
                              .isNotEmpty());
            });
  }

  @Test
  void printsTheVersion() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString()).startsWith("atelier ").contains("Java 17");
  }

  @Test
  void refusesAMissingAndAnUnknownCommand() {
    assertThat(run()).isEqualTo(1);
    assertThat(err.toString()).contains("atelier: no command given", "Try './atelier --help'.");
    assertThat(run("trian")).isEqualTo(1);
    assertThat(err.toString()).contains("'trian'");
  }

  @Test
  void theCategoryOfAnErrorIsTheExitCode() {
    assertThat(failing(new AtelierException(ErrorCode.BAD_COMMAND_LINE, "a"))).isEqualTo(1);
    assertThat(failing(new AtelierException(ErrorCode.BAD_ADAPTER, "a"))).isEqualTo(2);
    assertThat(failing(new AtelierException(ErrorCode.INTERNAL, "a"))).isEqualTo(3);
    assertThat(failing(new IllegalStateException("a"))).isEqualTo(3);
    assertThat(failing(new AtelierException(ErrorCode.NO_DEVICE, "a"))).isEqualTo(4);
    assertThat(failing(new AtelierException(ErrorCode.TABLE_CONFLICT, "a"))).isEqualTo(5);
  }

  @Test
  void findsTheReasonBelowOtherFailures() {
    Exception reason = new AtelierException(ErrorCode.STORE_UNAVAILABLE, "the store is away; wait");
    assertThat(failing(new RuntimeException("stage 3", new RuntimeException("task", reason))))
        .isEqualTo(5);
    assertThat(err.toString())
        .isEqualTo("atelier fail: STORE_UNAVAILABLE: the store is away; wait\n");
  }

  @Test
  void memoryAndDiskAreResources() {
    assertThat(failing(new RuntimeException("CUDA out of memory. Tried"))).isEqualTo(4);
    assertThat(failing(new RuntimeException(new OutOfMemoryError("Java heap")))).isEqualTo(4);
    assertThat(
            run(
                failure(
                    () -> {
                      throw new OutOfMemoryError("Java heap");
                    }),
                "fail"))
        .isEqualTo(4);
    assertThat(err.toString()).contains("atelier fail: OUT_OF_MEMORY: ");
  }

  @Test
  void aMissingFileIsTheUsers() {
    NoSuchFileException missing = new NoSuchFileException("/models/none");
    assertThat(failing(new UncheckedIOException(missing))).isEqualTo(2);
    assertThat(err.toString()).contains("/models/none");
  }

  @Test
  void showsTheStackTraceOnlyForDebug() {
    failing(new IllegalStateException("broken"));
    assertThat(err.toString())
        .contains("INTERNAL: IllegalStateException: broken", "--debug")
        .doesNotContain("at io.atelier");
    failing(new IllegalStateException("broken"), "--debug");
    assertThat(err.toString()).contains("at io.atelier.cli.MainTest");
  }

  @Test
  void aCommandGivesItsOwnExitCode() {
    assertThat(run(failure(() -> ExitCode.TOO_MANY_FAILED), "fail")).isEqualTo(6);
  }

  @Test
  void theSettingsOptionsReachTheSettings() {
    CommandLine main = new CommandLine(new Main());
    main.addSubcommand("show", new Show());
    assertThat(run(main, "show", "--set", "train.rank=8", "--checkpoint", "/a b")).isZero();
    assertThat(out.toString()).isEqualTo("8 /a b\n");
  }

  @Test
  void refusesAnAssignmentWithoutEqualsSignAndAnUnknownKey() {
    CommandLine main = new CommandLine(new Main());
    main.addSubcommand("show", new Show());
    assertThat(run(main, "show", "--set", "train.rank")).isEqualTo(1);
    assertThat(err.toString()).contains("'train.rank' is not KEY=VALUE");
    assertThat(run(main, "show", "--set", "train.rnak=1", "--set", "train.rank=0")).isEqualTo(2);
    assertThat(err.toString()).contains("did you mean 'train.rank'?", "below the least value");
  }

  private int failing(Exception failure, String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "fail";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return run(
        failure(
            () -> {
              throw failure;
            }),
        arguments);
  }

  private static CommandLine failure(Callable<Integer> behaviour) {
    CommandLine main = new CommandLine(new Main());
    main.addSubcommand("fail", new Fail(behaviour));
    return main;
  }

  private int run(String... arguments) {
    return run(new CommandLine(new Main()), arguments);
  }

  private int run(CommandLine main, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(main, arguments, new PrintWriter(out), new PrintWriter(err));
  }

  @Command(name = "fail")
  static final class Fail implements Callable<Integer> {
    private final Callable<Integer> behaviour;

    Fail(Callable<Integer> behaviour) {
      this.behaviour = behaviour;
    }

    @Override
    public Integer call() throws Exception {
      return behaviour.call();
    }
  }

  @Command(name = "show")
  static final class Show implements Callable<Integer> {
    @Mixin private SettingsOptions options;
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
      io.atelier.config.Settings settings = options.loadForLake().settings();
      spec.commandLine()
          .getOut()
          .println(settings.train().rank() + " " + settings.model().checkpoint().orElse(""));
      return 0;
    }
  }
}
