package io.atelier.job;

import io.atelier.config.Settings;
import io.atelier.image.Rules;
import io.atelier.provenance.Hashes;

/**
 * The limits of the curate stage and the name under which verdicts keep them.
 *
 * @param version changes with every limit, so that changed limits judge every photo again
 */
record CurateRules(Rules rules, String version) {
  /** Raised when measuring or judging itself changes. */
  private static final int REVISION = 1;

  static CurateRules of(Settings.Curate settings) {
    Rules portrait = Rules.portrait();
    Rules rules =
        new Rules(
            new Rules.Size(settings.minSide(), settings.maxPixels(), 1 / settings.maxAspect()),
            portrait.light(),
            portrait.focus(),
            faces(settings, portrait.faces()),
            portrait.nearDuplicateBits(),
            portrait.warnOnly());
    return new CurateRules(rules, "portrait-" + REVISION + "-" + hash(rules));
  }

  private static Rules.Faces faces(Settings.Curate settings, Rules.Faces portrait) {
    return new Rules.Faces(
        settings.faces(),
        portrait.maxSecond(),
        settings.minFaceSide(),
        portrait.minShare(),
        portrait.maxShare(),
        portrait.minMargin());
  }

  private static String hash(Rules rules) {
    return Hashes.ofFields("rules", rules.toString()).substring(0, 8);
  }
}
