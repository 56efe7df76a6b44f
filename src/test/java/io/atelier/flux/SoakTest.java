package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;

import io.atelier.nn.Compute;
import io.atelier.nn.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** Many generations in one process leave its memory as it was. */
class SoakTest {
  private static final int WARM_UP = 40;
  private static final int GENERATIONS = 200;
  private static final long ALLOWED_GROWTH_KB = 8 * 1024;

  @Test
  void memoryStaysConstantOverTwoHundredGenerations() throws IOException {
    Torch.threads(1);
    Path root = Path.of("src/test/resources/golden/flux-dev/checkpoint");
    try (FluxPipeline pipeline = FluxPipeline.load(root, Compute.CPU_FLOAT32)) {
      for (int i = 0; i < WARM_UP; i++) {
        generate(pipeline, i);
      }
      System.gc();
      long residentBefore = residentKilobytes();
      long trackedBefore = Pointer.totalBytes();
      long countBefore = Pointer.totalCount();
      for (int i = 0; i < GENERATIONS; i++) {
        generate(pipeline, i);
      }
      // Before the collector runs: what is freed late would show here.
      assertThat(Pointer.totalCount()).isEqualTo(countBefore);
      assertThat(Pointer.totalBytes()).isEqualTo(trackedBefore);
      System.gc();
      long growth = residentKilobytes() - residentBefore;
      assertThat(growth).as("growth of VmRSS in kB").isLessThan(ALLOWED_GROWTH_KB);
    }
  }

  private static void generate(FluxPipeline pipeline, int seed) {
    ImageRequest request =
        new ImageRequest("a lamp", seed % 2 == 0 ? null : "dark", seed, 96, 64, 2, 3.5, 2.0, 24);
    assertThat(pipeline.generate(List.of(request), StepListener.NONE).get(0).png()).isNotEmpty();
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
