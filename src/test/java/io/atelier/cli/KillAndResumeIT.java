package io.atelier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.testing.LakeState;
import io.atelier.testing.SmallRun;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed again and again ends up with what an undisturbed one makes. */
class KillAndResumeIT {
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final String[] SETTINGS = {
    "train.steps=12", "curate.min_photos=2", "generate.batch_size=1"
  };

  @TempDir Path folder;

  @Test
  void aRunKilledInTrainingAndInRenderingMakesTheSameRowsAndBytesInTheEnd() throws Exception {
    SmallRun killed =
        new SmallRun(folder).person("ana", 0, 3).person("ben", 1, 3).person("chi", 2, 3);
    killAtFirst(killed, "adapters", ".safetensors");
    assertThat(LakeState.rows(killed.lake()).get("adapters")).hasSizeLessThan(3);
    killAtFirst(killed, "images", ".png");
    Map<String, List<String>> half = LakeState.rows(killed.lake());
    assertThat(half.get("adapters")).hasSize(3);
    assertThat(half.get("generations")).hasSizeLessThan(6);
    killed.run(SETTINGS);

    SmallRun undisturbed = killed.into("undisturbed");
    undisturbed.run(SETTINGS);

    assertThat(LakeState.rows(killed.lake())).isEqualTo(LakeState.rows(undisturbed.lake()));
    assertThat(LakeState.rows(killed.lake()).get("generations")).hasSize(6);
    assertThat(LakeState.files(killed.lake())).isEqualTo(LakeState.files(undisturbed.lake()));
  }

  /** Runs the command in a JVM of its own, which is killed as soon as there is such a file. */
  private void killAtFirst(SmallRun run, String part, String suffix) throws Exception {
    Path log = folder.resolve(part + ".log");
    Process process = start(run.arguments(SETTINGS), log);
    try {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!anyFile(run.lake().resolve(part), suffix)) {
        assertThat(process.isAlive()).as(() -> "ended early: " + text(log)).isTrue();
        assertThat(System.nanoTime()).as("no file in time").isLessThan(end);
        Thread.sleep(10);
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("killed by signal 9").isEqualTo(128 + 9);
  }

  private static Process start(List<String> arguments, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-javaagent"))
        .forEach(command::add);
    command.addAll(List.of("-Dspark.master=local[2]", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    File output = log.toFile();
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
  }

  private static boolean anyFile(Path folder, String suffix) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(suffix));
    } catch (IOException | UncheckedIOException movedMeanwhile) {
      return false;
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
