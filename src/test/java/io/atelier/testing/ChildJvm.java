package io.atelier.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Starts JVMs with the class path and the options of this one, on a leash. */
public final class ChildJvm {
  private final Map<String, String> environment = new TreeMap<>();
  private final List<String> before = new ArrayList<>();
  private final List<String> options = new ArrayList<>();

  /** Lets the child see an environment variable. */
  public ChildJvm environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Starts the child through a command such as {@code prlimit}. */
  public ChildJvm through(String... command) {
    before.addAll(List.of(command));
    return this;
  }

  /** Adds a JVM option; a later one beats an earlier one. */
  public ChildJvm option(String option) {
    options.add(option);
    return this;
  }

  /** Runs a main class; all output goes to the log. */
  public Process start(Path log, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(inherited());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), Leashed.class.getName(), main.getName()));
    command.addAll(arguments);
    File output = log.toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** This JVM's options without those that two JVMs cannot share. */
  public static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent"))
        .toList();
  }

  /** This JVM's class path, from anywhere. */
  public static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** What a child has written. */
  public static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
