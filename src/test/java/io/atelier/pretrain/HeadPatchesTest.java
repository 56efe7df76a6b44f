package io.atelier.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.atelier.sample.Shot;
import io.atelier.sample.World;
import org.junit.jupiter.api.Test;

class HeadPatchesTest {
  private static final int SIDE = 6;

  @Test
  void countOneOnAverageAndMostWhereTheFaceIs() {
    World world = new World(1, World.Split.TRAIN);
    for (int i = 0; i < 200; i++) {
      Shot.Pose pose = world.scene(i).shot().pose();
      float[] weights = HeadPatches.weights(pose, false, SIDE);
      double sum = 0;
      float most = 0;
      for (float weight : weights) {
        sum += weight;
        most = Math.max(most, weight);
      }
      assertThat(sum).isCloseTo(SIDE * SIDE, within(1e-3));
      assertThat(weights[(int) (pose.y() * SIDE) * SIDE + (int) (pose.x() * SIDE)])
          .isGreaterThan(0.6f * most);
    }
  }

  @Test
  void aPatchThatTheHeadFillsCountsFourTimesOneWithout() {
    float[] weights = HeadPatches.weights(new Shot.Pose(0, 0, 0, 0.3, 0.5, 0.5), false, SIDE);
    assertThat(weights[2 * SIDE + 2] / weights[0]).isCloseTo(4f, within(1e-4f));
    assertThat(weights[2 * SIDE + 3]).isEqualTo(weights[2 * SIDE + 2]);
  }

  @Test
  void glassesCountWhereTheyAreAndOnlyIfThereAreAny() {
    Shot.Pose pose = new Shot.Pose(0, 0, 0, 0.36, 0.5, 0.4);
    float[] bare = HeadPatches.weights(pose, false, SIDE);
    float[] worn = HeadPatches.weights(pose, true, SIDE);
    int eyes = 2 * SIDE + 2;
    int chin = 3 * SIDE + 2;
    assertThat(worn[eyes] / worn[0]).isGreaterThan(2 * bare[eyes] / bare[0]);
    assertThat(worn[chin] / worn[0]).isCloseTo(bare[chin] / bare[0], within(0.7f));
    float sum = 0;
    for (float weight : worn) {
      sum += weight;
    }
    assertThat(sum).isCloseTo(SIDE * SIDE, within(1e-3f));
  }
}
