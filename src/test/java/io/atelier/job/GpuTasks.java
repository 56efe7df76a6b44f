package io.atelier.job;

import io.atelier.spark.Fanout;
import io.atelier.spark.GpuStage;
import io.atelier.spark.Sessions;
import io.atelier.spark.UnitRun;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;

/** A driver that writes down which task of a GPU stage held which GPU, and when. */
public final class GpuTasks {
  static final int TASKS = 12;

  private GpuTasks() {}

  /**
   * One task.
   *
   * @param from nanoseconds of the machine's monotonic clock, one for all of its processes
   */
  record Held(String executor, String gpu, long from, long to) implements Serializable {}

  /** The file to write. */
  public static void main(String[] args) throws IOException {
    SparkSession spark = Sessions.open("gpus", Sessions.Kind.MODEL);
    List<Integer> units = IntStream.range(0, TASKS).boxed().toList();
    List<String> lines = new ArrayList<>();
    UnitRun.<Integer, Held>run(
        GpuStage.of(spark).apply(Fanout.each(spark, units)),
        GpuTasks::hold,
        Duration.ofMillis(200),
        held -> held.forEach(h -> lines.add(h.executor + " " + h.gpu + " " + h.from + " " + h.to)));
    Files.write(Path.of(args[0]), lines);
    spark.stop();
  }

  private static List<Held> hold(Iterator<Integer> units) {
    List<Held> held = new ArrayList<>();
    while (units.hasNext()) {
      units.next();
      long from = System.nanoTime();
      sleep();
      held.add(new Held(SparkEnv.get().executorId(), GpuStage.device(), from, System.nanoTime()));
    }
    return held;
  }

  static List<Held> read(Path report) throws IOException {
    return Files.readAllLines(report).stream()
        .map(line -> line.split(" "))
        .map(p -> new Held(p[0], p[1], Long.parseLong(p[2]), Long.parseLong(p[3])))
        .toList();
  }

  private static void sleep() {
    try {
      Thread.sleep(300);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
