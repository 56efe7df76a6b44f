package io.atelier.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.nn.SafetensorsFile;
import io.atelier.nn.Torch;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseLevelsTest {

  @ParameterizedTest
  @CsvSource({"256,1.6487", "1024,1.8776", "4096,3.1582"})
  void shiftsByTheTokensAsTheSamplerDoes(long tokens, double shift) {
    double shifted = NoiseLevels.shifted(0.5, tokens);
    assertThat(shifted / (1 - shifted)).isCloseTo(shift, within(1e-4));
  }

  @Test
  void keepsTheEndsWhereTheyAre() {
    assertThat(NoiseLevels.shifted(1, 4096)).isEqualTo(1);
    assertThat(NoiseLevels.shifted(0, 4096)).isZero();
  }

  @Test
  void putsUniformLevelsOnTheGridOfTheScheduler() {
    assertThat(NoiseLevels.onGrid(0)).isEqualTo(1);
    assertThat(NoiseLevels.onGrid(0.9999)).isEqualTo(0.001);
    assertThat(NoiseLevels.onGrid(0.2505)).isEqualTo(0.75);
  }

  @Test
  void areThoseOfDiffusers() {
    try (PointerScope scope = new PointerScope();
        SafetensorsFile recorded = References.open("sigmas")) {
      float[] u = Torch.floats(recorded.tensor("in.u"));
      float[] normal = Torch.floats(recorded.tensor("in.normal"));
      for (int i = 0; i < u.length; i++) {
        assertThat(NoiseLevels.onGrid(u[i])).isCloseTo(at(recorded, "out.grid", i), within(1e-7));
        double level = NoiseLevels.sigmoid(normal[i]);
        assertThat(level).isCloseTo(at(recorded, "out.logit_normal", i), within(1e-6));
        for (int tokens : new int[] {256, 1024, 4096}) {
          assertThat(NoiseLevels.shifted(level, tokens))
              .isCloseTo(at(recorded, "out.shifted." + tokens, i), within(1e-6));
        }
      }
    }
  }

  private static double at(SafetensorsFile file, String name, int i) {
    return file.tensor(name).select(0, i).item_double();
  }

  @Test
  void drawsLogitNormalLevelsAroundTheMiddleAndShiftedOnesAbove() {
    double plain = median(SigmaSampling.LOGIT_NORMAL);
    assertThat(plain).isCloseTo(0.5, within(0.06));
    assertThat(median(SigmaSampling.LOGIT_NORMAL_FLUX_SHIFT))
        .isCloseTo(NoiseLevels.shifted(plain, 4096), within(1e-6));
    assertThat(median(SigmaSampling.UNIFORM)).isCloseTo(0.5, within(0.06));
  }

  private static double median(SigmaSampling sampling) {
    JobRandom random = new JobRandom("levels");
    double[] levels = new double[999];
    for (int step = 0; step < levels.length; step++) {
      levels[step] = NoiseLevels.draw(sampling, random, step, 0, 4096);
    }
    Arrays.sort(levels);
    return levels[levels.length / 2];
  }
}
