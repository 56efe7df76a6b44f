package io.atelier.job;

import io.atelier.error.AtelierException;
import io.atelier.spark.Fanout;
import io.atelier.spark.GpuStage;
import io.atelier.spark.Sessions;
import io.atelier.spark.UnitRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskKilledException;
import org.apache.spark.sql.SparkSession;

/**
 * A driver whose units kill their executors: number 0 once, while number 1 works on the other
 * executor until it is told to stop; then one that does it every time.
 */
public final class LostExecutors {
  private static final Duration EVERY = Duration.ofMillis(200);

  private LostExecutors() {}

  /** The folder to write into. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    String name = folder.toString();
    SparkSession spark = Sessions.open("lost", Sessions.Kind.MODEL);
    GpuStage gpus = GpuStage.of(spark);
    List<String> results = new ArrayList<>();
    UnitRun.<Integer, String>run(
        gpus.apply(Fanout.each(spark, List.of(0, 1, 2, 3))),
        units -> List.of(work(Path.of(name), units.next())),
        EVERY,
        results::addAll);
    Files.write(folder.resolve("results"), results);
    try {
      UnitRun.<Integer, String>run(
          gpus.apply(Fanout.each(spark, List.of(0))),
          units -> {
            Runtime.getRuntime().halt(1);
            return List.of();
          },
          EVERY,
          none -> {});
    } catch (AtelierException lost) {
      Files.writeString(folder.resolve("failure"), lost.code() + ": " + lost.getMessage());
    }
    spark.stop();
  }

  private static String work(Path folder, int unit) {
    return switch (unit) {
      case 0 -> killsOnce(folder);
      case 1 -> stopsOnce(folder);
      default -> "" + unit;
    };
  }

  private static String killsOnce(Path folder) {
    if (isFirst(folder.resolve("killed"))) {
      await(folder.resolve("begun"));
      Runtime.getRuntime().halt(1);
    }
    return "0 at try 2";
  }

  private static String stopsOnce(Path folder) {
    if (!isFirst(folder.resolve("begun"))) {
      return "1 at try 2" + (Files.exists(folder.resolve("ended")) ? " after its end" : "");
    }
    try {
      await(folder.resolve("never"));
      return "1 was never told to stop";
    } catch (TaskKilledException toldTo) {
      pause(1000);
      isFirst(folder.resolve("ended"));
      throw toldTo;
    }
  }

  private static void await(Path file) {
    for (int i = 0; i < 1200 && !Files.exists(file); i++) {
      UnitRun.stopIfGivenUp();
      pause(50);
    }
  }

  private static boolean isFirst(Path file) {
    try {
      boolean first = !Files.exists(file);
      Files.writeString(file, "");
      return first;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
