package io.atelier.sample;

/**
 * What does not change from picture to picture. Every feature is continuous in [0, 1] unless said
 * otherwise, 0.5 is the average; two people who are close in all features look alike.
 *
 * @param presentation 0 masculine to 1 feminine; bends jaw, brows, lips, lashes and shoulders
 * @param texture seed of what has no name: where each freckle and strand of hair lies
 */
public record Person(
    Face face,
    Skin skin,
    Hair hair,
    Eyes eyes,
    Brows brows,
    Nose nose,
    Mouth mouth,
    Beard beard,
    Glasses glasses,
    double presentation,
    long texture) {

  /** Shape of the face: narrow to wide, short to long; jaw, chin and cheeks slender to full. */
  public record Face(double width, double length, double jaw, double chin, double cheeks) {}

  /** Tone from lightest to darkest, undertone rosy to golden, freckles and blush none to many. */
  public record Skin(double tone, double undertone, double freckles, double blush) {}

  /** How the hair is worn. */
  public enum HairStyle {
    SHORT,
    LONG,
    BUN,
    BALD,
    CURLY
  }

  /**
   * Hair.
   *
   * @param darkness blond to black
   * @param red share of red
   * @param grey share of grey
   * @param volume flat to full
   * @param length within the style
   * @param parting where it parts, -1 (picture left) to 1
   * @param fringe how far it falls over the forehead
   */
  public record Hair(
      HairStyle style,
      double darkness,
      double red,
      double grey,
      double volume,
      double length,
      double parting,
      double fringe) {}

  /** Eyes: close-set to wide-set, small to large, drooping to lifted, dark brown to blue. */
  public record Eyes(double distance, double size, double slant, double iris) {}

  /** Brows: thin to thick, straight to arched, low to high. */
  public record Brows(double thickness, double arch, double height) {}

  /** Nose: narrow to wide, short to long, flat to pronounced bridge. */
  public record Nose(double width, double length, double bridge) {}

  /** Mouth: narrow to wide, thin to full, high to low. */
  public record Mouth(double width, double fullness, double height) {}

  /** Beard: 0 shaven, 0.3 stubble, 1 dense; trimmed to long. */
  public record Beard(double density, double length) {}

  /** Glasses: rim 0 means none, then thin to thick; angular to round; colour as a hue. */
  public record Glasses(double rim, double roundness, double hue) {
    /** Whether the person wears any. */
    public boolean worn() {
      return rim > 0;
    }
  }

  /** A person, drawn from the seed; the whole human range of skin tones is equally likely. */
  public static Person of(long seed) {
    Draws draws = new Draws(seed);
    double presentation = draws.chance(0.5) ? draws.between(0, 0.35) : draws.between(0.65, 1);
    return of(draws.nextSeed(), presentation, draws.unit());
  }

  /**
   * A person, drawn from the seed, of a given presentation and skin tone.
   *
   * @param presentation 0 masculine to 1 feminine
   * @param tone 0 lightest to 1 darkest; the colours of hair and eyes go along with it
   */
  public static Person of(long seed, double presentation, double tone) {
    Draws draws = new Draws(seed);
    Face face =
        new Face(
            draws.about(0, 1),
            draws.about(0, 1),
            Colours.clamp(draws.about(0.2, 1.2) - 0.4 * presentation, 0, 1),
            draws.about(0, 1),
            draws.about(0, 1));
    double freckles = draws.chance(0.3) ? draws.between(0.3, 1) * (1 - tone) : 0;
    Skin skin = new Skin(tone, draws.about(0, 1), freckles, draws.between(0.2, 0.9));
    Hair hair = hair(draws, presentation, tone);
    double light = Math.pow(1 - tone, 3);
    Eyes eyes =
        new Eyes(
            draws.about(0, 1),
            draws.about(0, 0.8) + 0.2 * presentation,
            draws.about(0, 1),
            draws.unit() < light ? draws.between(0.35, 1) : draws.between(0, 0.4));
    Brows brows =
        new Brows(
            Colours.clamp(draws.about(0.2, 1) - 0.25 * presentation, 0, 1),
            draws.about(0, 0.8) + 0.2 * presentation,
            draws.about(0, 1));
    Nose nose =
        new Nose(
            Colours.clamp(draws.about(0, 0.8) + 0.3 * tone - 0.1 * presentation, 0, 1),
            draws.about(0, 1),
            draws.about(0, 1));
    Mouth mouth =
        new Mouth(
            draws.about(0, 1),
            Colours.clamp(draws.about(0, 0.7) + 0.15 * presentation + 0.2 * tone, 0, 1),
            draws.about(0, 1));
    boolean bearded = draws.chance(0.55) && presentation < 0.5;
    Beard beard = new Beard(bearded ? draws.between(0.25, 1) : 0, draws.unit());
    boolean sighted = draws.chance(0.3);
    Glasses glasses = new Glasses(sighted ? draws.between(0.25, 1) : 0, draws.unit(), draws.unit());
    return new Person(
        face, skin, hair, eyes, brows, nose, mouth, beard, glasses, presentation, draws.nextSeed());
  }

  private static Hair hair(Draws draws, double presentation, double tone) {
    double choice = draws.unit();
    HairStyle style;
    if (presentation < 0.5) {
      style = choice < 0.55 ? HairStyle.SHORT : choice < 0.8 ? HairStyle.CURLY : HairStyle.BALD;
    } else {
      style = choice < 0.5 ? HairStyle.LONG : choice < 0.72 ? HairStyle.BUN : HairStyle.CURLY;
    }
    double fair = Colours.clamp(1 - 1.7 * tone, 0, 1);
    return new Hair(
        style,
        draws.between(1 - fair, 1),
        fair > 0.3 && draws.chance(0.25) ? draws.between(0.3, 0.8) : draws.between(0, 0.12),
        draws.chance(0.15) ? draws.between(0.3, 0.8) : 0,
        draws.about(0, 1),
        draws.unit(),
        draws.between(-1, 1),
        draws.unit());
  }

  /** What the person is called in a caption: "man" or "woman". */
  public String classNoun() {
    return presentation < 0.5 ? "man" : "woman";
  }
}
