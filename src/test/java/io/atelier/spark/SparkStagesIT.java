package io.atelier.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atelier.testing.TestSession;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;

class SparkStagesIT {
  private final SparkSession spark = TestSession.get();

  @Test
  void leavesAStageAloneWhereThereAreNoGpus() {
    GpuStage stage = GpuStage.of(spark);
    JavaRDD<Integer> numbers = Fanout.each(spark, List.of(1, 2));
    assertThat(stage.onGpus()).isFalse();
    assertThat(stage.apply(numbers)).isSameAs(numbers);
    assertThat(numbers.map(n -> GpuStage.device() + " " + GpuStage.cpus()).collect())
        .containsExactly("cpu 1", "cpu 1");
    assertThat(GpuStage.device()).isEqualTo("cpu");
  }

  @Test
  void handsOutOneUnitAPartition() {
    List<Integer> units = IntStream.range(0, 64).boxed().toList();
    List<Integer> sizes = Fanout.each(spark, units).glom().map(List::size).collect();
    assertThat(sizes).hasSize(64).containsOnly(1);
    assertThat(Fanout.each(spark, List.<Integer>of()).collect()).isEmpty();
  }

  @Test
  void keepsBatchesTogetherAndInOrder() {
    assertThat(Fanout.partitions(spark, List.of(1, 2, 3, 4, 5), 2).glom().map(List::size).collect())
        .containsExactly(2, 3);
  }

  @Test
  void namesJobsAndRestoresTheNameBefore() {
    JobGroups.run(
        spark,
        "Outer work",
        () -> {
          String inner =
              JobGroups.call(
                  spark,
                  "Inner work",
                  () -> spark.sparkContext().getLocalProperty("spark.job.description"));
          assertThat(inner).isEqualTo("Inner work");
          assertThat(spark.sparkContext().getLocalProperty("spark.job.description"))
              .isEqualTo("Outer work");
        });
    assertThat(spark.sparkContext().getLocalProperty("spark.job.description")).isNull();
    assertThatThrownBy(
            () ->
                JobGroups.run(
                    spark,
                    "Broken work",
                    () -> {
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");
    assertThat(spark.sparkContext().getLocalProperty("spark.jobGroup.id")).isNull();
  }

  @Test
  void countsUnitsOfATaskThatStillRuns() {
    StringWriter text = new StringWriter();
    Display display = new Display(new PrintWriter(text), false, Duration.ofMillis(100));
    try (Progress progress = Progress.start(spark, display, "Training", "steps", 12)) {
      LongAccumulator counter = progress.counter();
      Fanout.each(spark, List.of(6, 6)).foreach(steps -> train(steps, counter));
    }
    assertThat(text.toString().lines().toList())
        .as("figures of running tasks, before any has ended")
        .anyMatch(line -> line.matches("Training  ([1-9]|10|11)/12 steps .* left"))
        .last()
        .asString()
        .startsWith("Training  12/12 steps  100 %  in ");
  }

  @Test
  void drawsABarOnATerminal() {
    StringWriter text = new StringWriter();
    Display display = new Display(new PrintWriter(text), true, Duration.ofMillis(100));
    try (Progress progress = Progress.start(spark, display, "Measuring", "photos", 4)) {
      LongAccumulator counter = progress.counter();
      Fanout.each(spark, List.of(1, 2, 3, 4)).foreach(photo -> counter.add(1));
    }
    assertThat(text.toString())
        .contains("\r[" + "#".repeat(30) + "]  Measuring  4/4 photos")
        .endsWith("\n");
  }

  private static void train(int steps, LongAccumulator counter) throws InterruptedException {
    for (int step = 0; step < steps; step++) {
      counter.add(1);
      Thread.sleep(700);
    }
    assertThat(TaskContext.get()).isNotNull();
  }
}
