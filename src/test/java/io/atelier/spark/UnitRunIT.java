package io.atelier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.error.AtelierException;
import io.atelier.testing.TestSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitRunIT {
  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration LATER = Duration.ofHours(1);

  @TempDir Path folder;
  private final SparkSession spark = TestSession.get();
  private final List<Integer> committed = new ArrayList<>();

  @Test
  void everyResultIsCommittedOnceWhateverTheInterval() {
    List<Integer> units = IntStream.range(0, 60).boxed().toList();
    for (Duration every : List.of(Duration.ZERO, SOON, LATER)) {
      committed.clear();
      UnitRun.<Integer, Integer>run(
          Fanout.partitions(spark, units, 20), UnitRunIT::doubled, every, committed::addAll);
      assertThat(committed)
          .containsExactlyInAnyOrderElementsOf(units.stream().map(n -> 2 * n).toList());
    }
  }

  @Test
  void resultsAreCommittedWhileOtherTasksStillRun() {
    // The second task ends only once the first one's result was committed.
    String signal = folder.resolve("committed").toString();
    UnitRun.<Integer, Integer>run(
        Fanout.each(spark, List.of(1, 2)),
        units -> {
          int unit = units.next();
          if (unit == 2) {
            waitFor(() -> Files.exists(Path.of(signal)));
          }
          return List.of(unit);
        },
        SOON,
        results -> {
          committed.addAll(results);
          touch(Path.of(signal));
        });
    assertThat(committed).containsExactly(1, 2);
  }

  @Test
  void commitsThatTakeLongAreFew() {
    List<Integer> units = IntStream.range(0, 40).boxed().toList();
    List<Long> begun = new ArrayList<>();
    List<Long> ended = new ArrayList<>();
    UnitRun.<Integer, Integer>run(
        Fanout.each(spark, units),
        one -> {
          pause(100);
          return List.of(one.next());
        },
        Duration.ZERO,
        results -> {
          begun.add(System.nanoTime());
          committed.addAll(results);
          pause(50);
          ended.add(System.nanoTime());
        });
    assertThat(committed).containsExactlyInAnyOrderElementsOf(units);
    // The last one is of what is left at the end, and waits for nothing.
    for (int i = 1; i < begun.size() - 1; i++) {
      assertThat(begun.get(i) - ended.get(i - 1))
          .isGreaterThanOrEqualTo(9 * (ended.get(i - 1) - begun.get(i - 1)));
    }
    assertThat(begun).hasSizeGreaterThan(1);
  }

  @Test
  void aCommitThatNeedsTasksItselfDoesNotWaitForTheLastUnitToBegin() {
    String begun = folder.toString();
    List<Integer> units = IntStream.range(0, 40).boxed().toList();
    List<Integer> begunByThen = new ArrayList<>();
    JavaRDD<Integer> rows = Fanout.each(spark, List.of(1, 2, 3, 4));
    rows.count(); // What takes time the first time is over when units begin.
    UnitRun.<Integer, Integer>run(
        Fanout.each(spark, units),
        one -> slowly(begun, one.next()),
        SOON,
        results -> {
          rows.count();
          begunByThen.add(folder.toFile().list().length);
        });
    assertThat(begunByThen.get(0)).isLessThan(units.size() / 2);
  }

  @Test
  void aFailingTaskThrowsAndLeavesWhatFinishedBeforeCommitted() {
    String signal = folder.resolve("first-is-done").toString();
    assertThatThrownBy(
            () ->
                UnitRun.<Integer, Integer>run(
                    Fanout.each(spark, List.of(1, 2)),
                    units -> {
                      int unit = units.next();
                      if (unit == 2) {
                        waitFor(() -> Files.exists(Path.of(signal)));
                        throw new IllegalStateException("unit 2 is broken");
                      }
                      return List.of(unit);
                    },
                    SOON,
                    results -> {
                      committed.addAll(results);
                      touch(Path.of(signal));
                    }))
        .isInstanceOf(AtelierException.class)
        .hasMessageContaining("unit 2 is broken")
        .hasMessageContaining("run the same command again");
    assertThat(committed).containsExactly(1);
  }

  @Test
  void resultsThatWaitedForTheirCommitSurviveAFailingTask() {
    assertThatThrownBy(
            () ->
                UnitRun.<Integer, Integer>run(
                    // One at a time: all but the last are finished when it fails.
                    Fanout.partitions(spark, List.of(1, 2, 3, 4, 5, 6), 6),
                    units -> {
                      int unit = units.next();
                      if (unit == 6) {
                        pause(1500);
                        throw new IllegalStateException("unit 6 is broken");
                      }
                      return List.of(unit);
                    },
                    LATER,
                    committed::addAll))
        .isInstanceOf(AtelierException.class);
    assertThat(committed).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
  }

  @Test
  void aFailingCommitIsThrownAndCancelsTheTasksThatHaveNotBegun() {
    String begun = folder.toString();
    List<Integer> units = IntStream.range(0, 40).boxed().toList();
    assertThatThrownBy(
            () ->
                UnitRun.<Integer, Integer>run(
                    Fanout.each(spark, units),
                    one -> slowly(begun, one.next()),
                    SOON,
                    results -> {
                      throw new IllegalStateException("the table is gone");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the table is gone");
    waitFor(() -> spark.sparkContext().statusTracker().getActiveJobIds().length == 0);
    assertThat(folder.toFile().list()).hasSizeLessThan(units.size() / 2);
  }

  /** A unit of 200 ms that leaves a file when it begins. */
  private static List<Integer> slowly(String begun, int unit) {
    touch(Path.of(begun, "unit-" + unit));
    pause(200);
    return List.of(unit);
  }

  private static List<Integer> doubled(Iterator<Integer> units) {
    List<Integer> results = new ArrayList<>();
    units.forEachRemaining(n -> results.add(2 * n));
    return results;
  }

  private static void touch(Path file) {
    try {
      Files.writeString(file, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void waitFor(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("waited for a minute in vain");
      }
      pause(20);
    }
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
