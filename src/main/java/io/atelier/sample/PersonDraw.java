package io.atelier.sample;

import io.atelier.sample.Person.BeardKind;
import io.atelier.sample.Person.EyeColour;
import io.atelier.sample.Person.HairColour;
import io.atelier.sample.Person.HairStyle;

/** Draws a person's features so that people differ much in all of them. */
final class PersonDraw {
  /** Weights in the order of {@link HairStyle}. */
  private static final double[] MASCULINE = {13, 13, 22, 18, 13, 8, 1, 4, 6, 2, 0};

  private static final double[] FEMININE = {1, 1, 7, 5, 13, 8, 15, 16, 16, 11, 11};

  private final Draws draws;
  private final double presentation;
  private final double tone;

  PersonDraw(long seed, double presentation, double tone) {
    this.draws = new Draws(seed);
    this.presentation = presentation;
    this.tone = tone;
  }

  Person person() {
    Person.Face face = new Person.Face(wide(), wide(), softer(0.3), softer(0.25), wide());
    double freckles = draws.chance(0.28) && tone < 0.6 ? draws.between(0.55, 1) : 0;
    Person.Skin skin = new Person.Skin(tone, draws.unit(), freckles, draws.between(0.1, 1));
    Person.Hair hair = hair();
    Person.Eyes eyes = new Person.Eyes(wide(), softer(-0.3), wide(), eyeColour(), draws.unit());
    Person.Brows brows = new Person.Brows(softer(0.3), softer(-0.2), softer(-0.2));
    Person.Nose nose = new Person.Nose(softer(0.3), softer(0.2), softer(0.3));
    Person.Mouth mouth = new Person.Mouth(wide(), softer(-0.3), wide());
    Person.Beard beard = new Person.Beard(beardKind(), draws.unit());
    double habit = draws.chance(0.35) ? draws.between(0.75, 1) : draws.between(0, 0.1);
    Person.Glasses glasses = new Person.Glasses(habit, draws.unit(), draws.unit(), draws.unit());
    return new Person(
        face, skin, hair, eyes, brows, nose, mouth, beard, glasses, presentation, draws.nextSeed());
  }

  /** In [0, 1], with the extremes as likely as the middle. */
  private double wide() {
    return draws.unit();
  }

  /** The same, moved by at most half of {@code bend}: down for women if it is positive. */
  private double softer(double bend) {
    return Colours.clamp(wide() - bend * (presentation - 0.5), 0, 1);
  }

  private Person.Hair hair() {
    HairStyle style = HairStyle.values()[draws.weighted(presentation < 0.5 ? MASCULINE : FEMININE)];
    return new Person.Hair(
        style,
        hairColour(),
        draws.unit(),
        draws.unit(),
        draws.unit(),
        draws.chance(0.5) ? draws.between(-1, -0.3) : draws.between(0.3, 1),
        draws.unit());
  }

  /** Fair skin goes with any colour; the darker the skin, the likelier is dark hair. */
  private HairColour hairColour() {
    double fair = Colours.clamp(1.25 - 1.4 * tone, 0.12, 1);
    return HairColour.values()[draws.weighted(3.2 - 2.2 * fair, 1.1, fair, fair, 0.7)];
  }

  private EyeColour eyeColour() {
    double fair = Colours.clamp(1.2 - 1.5 * tone, 0.08, 1);
    return EyeColour.values()[draws.weighted(1.4 - fair, 0.9 * fair, 0.7 * fair)];
  }

  private BeardKind beardKind() {
    return presentation >= 0.5
        ? BeardKind.NONE
        : BeardKind.values()[draws.weighted(0.36, 0.14, 0.14, 0.14, 0.22)];
  }
}
