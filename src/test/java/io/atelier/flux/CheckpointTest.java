package io.atelier.flux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @Test
  void readsTheConfigurationsOfBothVariants() {
    Checkpoint dev = Checkpoint.open(GOLDEN.resolve("flux-dev/checkpoint"));
    assertThat(dev.transformer())
        .isEqualTo(new TransformerConfig(2, 2, 16, 2, 64, null, 32, 24, true, List.of(4, 6, 6)));
    assertThat(dev.vae())
        .isEqualTo(new VaeConfig(3, 3, 16, List.of(16, 16, 32, 32), 2, 8, 0.3611, 0.1159));
    assertThat(dev.clip()).isEqualTo(new ClipConfig(720, 24, 72, 3, 4, 77, 1e-5, 2));
    assertThat(dev.t5()).isEqualTo(new T5Config(384, 32, 10, 56, 3, 3, 32, 128, 1e-6));
    assertThat(dev.scheduler())
        .isEqualTo(new SchedulerConfig(1000, 3.0, true, 0.5, 1.15, 256, 4096));

    Checkpoint schnell = Checkpoint.open(GOLDEN.resolve("flux-schnell/checkpoint"));
    assertThat(schnell.transformer().guidanceEmbeds()).isFalse();
    assertThat(schnell.scheduler().useDynamicShifting()).isFalse();
  }
}
