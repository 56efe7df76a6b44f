package io.atelier.sample;

/**
 * Everything about a shot that has a name, so that captions can say it, evaluation can ask for it
 * and a probe can be trained on it. What the person looks like is with the {@link Person}.
 *
 * @param backdrop the colour behind the person; of meaning where the place is {@code PLAIN}
 */
public record Attributes(
    Framing framing,
    Facing facing,
    Expression expression,
    Garment garment,
    Colour clothing,
    Eyewear eyewear,
    Place place,
    Colour backdrop,
    Light light,
    Film film) {

  /** How much of the person is shown. */
  public enum Framing {
    CLOSE_UP,
    HEAD_AND_SHOULDERS,
    HALF_LENGTH
  }

  /** Where the face is turned, as seen in the picture. */
  public enum Facing {
    CAMERA,
    LEFT,
    RIGHT
  }

  /** What the face does. */
  public enum Expression {
    CALM,
    SMILING,
    LAUGHING,
    SURPRISED
  }

  /** What is worn. */
  public enum Garment {
    T_SHIRT,
    SHIRT,
    SUIT,
    SWEATER,
    TURTLENECK,
    HOODIE,
    DRESS,
    JACKET
  }

  /** What is worn in front of the eyes. */
  public enum Eyewear {
    NONE,
    GLASSES,
    SUNGLASSES
  }

  /** Where the picture is taken. */
  public enum Place {
    PLAIN,
    STUDIO,
    OFFICE,
    LIBRARY,
    CAFE,
    PARK,
    AUTUMN_PARK,
    FOREST,
    BEACH,
    SUNSET,
    MOUNTAINS,
    STREET,
    NIGHT_CITY
  }

  /** The light on the person. */
  public enum Light {
    SOFT,
    HARD,
    WARM,
    COOL
  }

  /** Colour or not. */
  public enum Film {
    COLOUR,
    BLACK_AND_WHITE
  }

  /** Attributes of an ordinary photo of a person, drawn from the seed. */
  public static Attributes of(Person person, long seed) {
    Draws draws = new Draws(seed);
    Eyewear eyewear =
        draws.chance(0.05)
            ? Eyewear.SUNGLASSES
            : draws.chance(person.glasses().habit()) ? Eyewear.GLASSES : Eyewear.NONE;
    return new Attributes(
        Framing.values()[draws.weighted(0.25, 0.55, 0.2)],
        Facing.values()[draws.weighted(0.6, 0.2, 0.2)],
        Expression.values()[draws.weighted(0.34, 0.36, 0.2, 0.1)],
        garment(draws, person),
        draws.pick(Colour.values()),
        eyewear,
        draws.chance(0.2) ? Place.PLAIN : draws.pick(Place.values()),
        draws.pick(Colour.values()),
        Light.values()[draws.weighted(0.4, 0.2, 0.2, 0.2)],
        draws.chance(0.05) ? Film.BLACK_AND_WHITE : Film.COLOUR);
  }

  private static Garment garment(Draws draws, Person person) {
    Garment garment = draws.pick(Garment.values());
    return garment == Garment.DRESS && person.presentation() < 0.5 ? Garment.T_SHIRT : garment;
  }

  /** The nearest of what a curator accepts: one frontal face, near, in colour, eyes to be seen. */
  public Attributes asPortrait() {
    return new Attributes(
        framing == Framing.HALF_LENGTH ? Framing.HEAD_AND_SHOULDERS : framing,
        Facing.CAMERA,
        expression,
        garment,
        clothing,
        eyewear == Eyewear.SUNGLASSES ? Eyewear.NONE : eyewear,
        place,
        backdrop,
        light,
        Film.COLOUR);
  }

  /** The same in another framing. */
  public Attributes with(Framing other) {
    return new Attributes(
        other, facing, expression, garment, clothing, eyewear, place, backdrop, light, film);
  }

  /** The same with the face turned elsewhere. */
  public Attributes with(Facing other) {
    return new Attributes(
        framing, other, expression, garment, clothing, eyewear, place, backdrop, light, film);
  }

  /** The same with another expression. */
  public Attributes with(Expression other) {
    return new Attributes(
        framing, facing, other, garment, clothing, eyewear, place, backdrop, light, film);
  }

  /** The same in other clothes. */
  public Attributes with(Garment other, Colour colour) {
    return new Attributes(
        framing, facing, expression, other, colour, eyewear, place, backdrop, light, film);
  }

  /** The same with other eyewear. */
  public Attributes with(Eyewear other) {
    return new Attributes(
        framing, facing, expression, garment, clothing, other, place, backdrop, light, film);
  }

  /** The same at another place. */
  public Attributes with(Place other) {
    return new Attributes(
        framing, facing, expression, garment, clothing, eyewear, other, backdrop, light, film);
  }

  /** The same in front of a plain backdrop. */
  public Attributes withBackdrop(Colour other) {
    return new Attributes(
        framing, facing, expression, garment, clothing, eyewear, Place.PLAIN, other, light, film);
  }

  /** The same in another light. */
  public Attributes with(Light other) {
    return new Attributes(
        framing, facing, expression, garment, clothing, eyewear, place, backdrop, other, film);
  }

  /** The same on another film. */
  public Attributes with(Film other) {
    return new Attributes(
        framing, facing, expression, garment, clothing, eyewear, place, backdrop, light, other);
  }
}
