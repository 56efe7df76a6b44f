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
  public record Face(double width, double length, double jaw, double chin, double ears) {}

  /** Tone from lightest to darkest, undertone rosy to golden, freckles and blush none to many. */
  public record Skin(double tone, double undertone, double freckles, double blush) {}

  /** How the hair is worn. */
  public enum HairStyle {
    BALD,
    BUZZ,
    SHORT,
    PARTED,
    CURLY,
    AFRO,
    BOB,
    LONG_STRAIGHT,
    LONG_WAVY,
    BUN,
    PONYTAIL
  }

  /** What the colour of the hair is called. */
  public enum HairColour {
    BLACK,
    BROWN,
    BLOND,
    RED,
    GRAY
  }

  /**
   * Hair.
   *
   * @param shade within the colour, dark to light
   * @param volume flat to full
   * @param length within the style
   * @param parting where it parts, -1 (picture left) to 1
   * @param fringe how far it falls over the forehead
   */
  public record Hair(
      HairStyle style,
      HairColour colour,
      double shade,
      double volume,
      double length,
      double parting,
      double fringe) {}

  /** What the colour of the eyes is called. */
  public enum EyeColour {
    BROWN,
    BLUE,
    GREEN
  }

  /** Eyes: close-set to wide-set, small to large, drooping to lifted; shade within the colour. */
  public record Eyes(double distance, double size, double slant, EyeColour colour, double shade) {}

  /** Brows: thin to thick, straight to arched, low to high. */
  public record Brows(double thickness, double arch, double height) {}

  /** Nose: narrow to wide, short to long, flat to pronounced bridge. */
  public record Nose(double width, double length, double bridge) {}

  /** Mouth: narrow to wide, thin to full, high to low. */
  public record Mouth(double width, double fullness, double height) {}

  /** What grows on the face. */
  public enum BeardKind {
    NONE,
    STUBBLE,
    MOUSTACHE,
    GOATEE,
    FULL
  }

  /** Beard: its kind, and trimmed to long within the kind. */
  public record Beard(BeardKind kind, double length) {}

  /**
   * The glasses a person owns.
   *
   * @param habit how often the person wears them: 0 never to 1 always
   * @param rim thin to thick
   * @param roundness angular to round; above 0.5 they are called round
   * @param hue of the rim; dark ones below 0.5
   */
  public record Glasses(double habit, double rim, double roundness, double hue) {
    /** Whether they are called round. */
    public boolean round() {
      return roundness > 0.5;
    }
  }

  /** A person, drawn from the seed; the whole human range of skin tones is equally likely. */
  public static Person of(long seed) {
    Draws draws = new Draws(seed);
    double presentation = draws.chance(0.5) ? draws.between(0, 0.3) : draws.between(0.7, 1);
    return of(draws.nextSeed(), presentation, draws.unit());
  }

  /**
   * A person, drawn from the seed, of a given presentation and skin tone.
   *
   * @param presentation 0 masculine to 1 feminine
   * @param tone 0 lightest to 1 darkest; the colours of hair and eyes go along with it
   */
  public static Person of(long seed, double presentation, double tone) {
    return new PersonDraw(seed, presentation, tone).person();
  }

  /** What the person is called in a caption: "man" or "woman". */
  public String classNoun() {
    return presentation < 0.5 ? "man" : "woman";
  }

  /** Whether a caption may speak of freckles. */
  public boolean freckled() {
    return skin.freckles() > 0;
  }
}
