package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.atelier.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepCostTest {
  private static final double AT_MOST = 1.6;

  /** A page more here and there. */
  private static final double ROUNDING = 0.99;

  @TempDir Path folder;

  /** What is estimated and what a step took, bytes. */
  private record Bytes(long estimated, long measured) {}

  @Test
  void theEstimateIsNotBelowWhatAStepTakesAndNotFarAbove() throws Exception {
    assumeTrue(
        Files.isWritable(Path.of("/proc/self/clear_refs")), "the system tells a process' peak");

    Map<String, Bytes> all = measure();

    assertThat(all).hasSize(14);
    all.forEach(
        (name, bytes) ->
            assertThat((double) bytes.estimated())
                .as("%s: %s", name, bytes)
                .isBetween(ROUNDING * bytes.measured(), AT_MOST * bytes.measured()));
    long small = all.get("float32 rank 4 adamw true").measured();
    assertThat(all.get("float32 rank 4 adamw false").measured())
        .as("checkpointing saves memory")
        .isGreaterThan(2 * small);
    assertThat(all.get("float32 rank 512 adamw true").measured())
        .as("at a high rank the optimiser takes most")
        .isGreaterThan(5 * small);
    assertThat(all.get("inversion true").measured())
        .as("the text encoders' graph counts")
        .isGreaterThan(2 * small);
  }

  private Map<String, Bytes> measure() throws InterruptedException {
    Path log = folder.resolve("log");
    Process probe =
        new ChildJvm()
            // Every large block comes from the system and goes back to it at once.
            .environment("MALLOC_MMAP_THRESHOLD_", "65536")
            .environment("MALLOC_TRIM_THRESHOLD_", "0")
            .option("-Xmx256m")
            .start(log, StepCostProbe.class, List.of(folder.toString()));
    assertThat(probe.waitFor()).as(() -> ChildJvm.text(log)).isZero();
    Map<String, Bytes> all = new TreeMap<>();
    for (String line : ChildJvm.text(log).lines().toList()) {
      String[] parts = line.split("\t");
      if (parts.length == 3 && !parts[0].equals(StepCostProbe.WARM_UP)) {
        all.put(parts[0], new Bytes(Long.parseLong(parts[1]), Long.parseLong(parts[2])));
      }
    }
    return all;
  }
}
