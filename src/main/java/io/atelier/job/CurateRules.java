package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.image.Rules;

/** The limits of the curate stage, from its settings. */
final class CurateRules {
  private static final int NO_NEAR_DUPLICATES = -1;

  private CurateRules() {}

  static Rules of(Settings.Curate settings) {
    return Rules.of(
        settings.minSide(),
        settings.maxAspect(),
        settings.maxPixels(),
        NO_NEAR_DUPLICATES,
        settings.faces(),
        settings.minFaceSide(),
        settings.minSharpness());
  }
}
