package io.atelier.pretrain;

import io.atelier.sample.Captions;
import io.atelier.sample.Scene;
import java.util.SplittableRandom;

/**
 * Captions for training: another one for the same scene each time, one in five with an invented
 * word for the person, so that the model knows of such words and that they say nothing by
 * themselves.
 */
final class CaptionDraw {
  private static final double NAMED = 0.2;
  private static final int SHORTEST = 3;
  private static final int LONGEST = 8;

  private CaptionDraw() {}

  static String of(Scene scene, SplittableRandom random) {
    long seed = random.nextLong();
    return random.nextDouble() < NAMED
        ? Captions.of(scene, word(random), seed)
        : Captions.of(scene, seed);
  }

  private static String word(SplittableRandom random) {
    int length = random.nextInt(SHORTEST, LONGEST + 1);
    return random
        .ints(length, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
