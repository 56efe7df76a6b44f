package io.atelier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.testing.ChildJvm;
import io.atelier.testing.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GPU stage on a Spark of several processes: a master, two workers, executors, a driver. */
class FanoutIT {
  @TempDir static Path folder;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startsTheCluster() throws IOException {
    cluster = new StandaloneCluster(Files.createDirectory(folder.resolve("cluster")));
  }

  @AfterAll
  static void stopsTheCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void noTwoTasksHoldOneGpuAtATime() throws Exception {
    Path log = folder.resolve("gpu.log");
    Path report = folder.resolve("gpu.txt");
    Process driver = cluster.driver(log, GpuTasks.class, List.of(report.toString()));
    assertThat(driver.waitFor()).as(() -> ChildJvm.text(log)).isZero();

    List<GpuTasks.Held> all = GpuTasks.read(report);
    assertThat(all).hasSize(GpuTasks.TASKS);
    Map<String, List<GpuTasks.Held>> byGpu =
        all.stream().collect(Collectors.groupingBy(GpuTasks.Held::gpu));
    assertThat(byGpu.keySet()).containsExactlyInAnyOrder("cuda:0", "cuda:1");
    byGpu.values().forEach(FanoutIT::assertOneAfterTheOther);
    assertThat(overlaps(byGpu.get("cuda:0"), byGpu.get("cuda:1")))
        .as("both GPUs work at the same time")
        .isTrue();
  }

  private static void assertOneAfterTheOther(List<GpuTasks.Held> tasks) {
    List<GpuTasks.Held> sorted = new ArrayList<>(tasks);
    sorted.sort(Comparator.comparing(GpuTasks.Held::from));
    for (int i = 1; i < sorted.size(); i++) {
      assertThat(sorted.get(i).from()).isGreaterThanOrEqualTo(sorted.get(i - 1).to());
    }
    assertThat(sorted.stream().map(GpuTasks.Held::executor).distinct()).hasSize(1);
  }

  private static boolean overlaps(List<GpuTasks.Held> some, List<GpuTasks.Held> others) {
    return some.stream()
        .anyMatch(a -> others.stream().anyMatch(b -> a.from() < b.to() && b.from() < a.to()));
  }
}
