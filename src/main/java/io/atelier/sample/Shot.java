package io.atelier.sample;

/** What changes from picture to picture of one person. */
public record Shot(
    Pose pose,
    Expression expression,
    Clothing clothing,
    Background background,
    Light light,
    Camera camera) {

  /**
   * Where the head is and where it looks.
   *
   * @param turn to the side, radians, positive to picture right; beyond 0.6 the painter has no
   *     model
   * @param nod radians, positive down
   * @param tilt towards a shoulder, radians, positive clockwise
   * @param scale width of the face over the shorter side of the picture; about 0.4
   * @param x centre of the face, 0 left to 1 right
   * @param y centre of the face, 0 top to 1 bottom
   */
  public record Pose(double turn, double nod, double tilt, double scale, double x, double y) {}

  /**
   * What the face does.
   *
   * @param smile -0.4 sad to 1 broad
   * @param open 0 closed mouth to 1 laughing
   * @param lids 0 half closed to 1 wide eyes
   * @param brows -1 frowning to 1 raised
   * @param gaze -1 left to 1 right
   */
  public record Expression(double smile, double open, double lids, double brows, double gaze) {}

  /** What is worn. */
  public enum Garment {
    T_SHIRT,
    SHIRT,
    HOODIE,
    SWEATER,
    BLAZER,
    SCOOP
  }

  /** A garment and its colour: hue, saturation and brightness in [0, 1]. */
  public record Clothing(Garment garment, double hue, double saturation, double brightness) {}

  /** Where the picture is taken. */
  public enum Place {
    OFFICE,
    PARK,
    STUDIO,
    BEACH,
    NIGHT_CITY,
    PLAIN
  }

  /**
   * What is behind the person.
   *
   * @param hue of what may have any colour
   * @param detail seed of what stands where
   */
  public record Background(Place place, double hue, long detail) {}

  /**
   * Light.
   *
   * @param side where it comes from, -1 picture left to 1 picture right
   * @param contrast 0 soft and even to 1 hard
   * @param warmth -1 blue to 1 orange
   * @param exposure in stops; 0 is right, -3 is nearly black
   */
  public record Light(double side, double contrast, double warmth, double exposure) {}

  /**
   * What the camera adds.
   *
   * @param blur standard deviation of the Gaussian, as a share of the shorter side; 0 is in focus
   * @param noise standard deviation of the grain, in 8-bit steps
   * @param vignette 0 none to 1 strong
   * @param grain seed of the noise
   */
  public record Camera(double blur, double noise, double vignette, long grain) {}

  /** An ordinary portrait, drawn from the seed: face towards the camera, well lit, in focus. */
  public static Shot of(long seed) {
    Draws draws = new Draws(seed);
    return of(draws.nextSeed(), draws.pick(Place.values()), draws.pick(Garment.values()));
  }

  /** The same at a given place, in a given garment. */
  public static Shot of(long seed, Place place, Garment garment) {
    Draws draws = new Draws(seed);
    Pose pose =
        new Pose(
            draws.about(-0.36, 0.36),
            draws.about(-0.14, 0.16),
            draws.about(-0.16, 0.16),
            draws.about(0.37, 0.51),
            draws.about(0.42, 0.58),
            draws.about(0.42, 0.49));
    double smile = draws.between(-0.05, 1);
    Expression expression =
        new Expression(
            smile,
            smile > 0.35 && draws.chance(0.6) ? draws.between(0.25, 0.9) : 0,
            draws.about(0.2, 0.9),
            draws.about(-0.4, 0.7),
            draws.about(-0.5, 0.5));
    Clothing clothing =
        new Clothing(garment, draws.unit(), draws.between(0.1, 0.62), draws.between(0.3, 0.85));
    Background background = new Background(place, draws.unit(), draws.nextSeed());
    Light light =
        new Light(
            draws.between(-1, 1),
            draws.between(0.15, 0.75),
            draws.about(-0.5, 0.7),
            draws.about(-0.25, 0.3));
    Camera camera = new Camera(0, draws.between(1.2, 3), draws.between(0.1, 0.5), draws.nextSeed());
    return new Shot(pose, expression, clothing, background, light, camera);
  }

  /** The same shot in another pose. */
  public Shot withPose(Pose other) {
    return new Shot(other, expression, clothing, background, light, camera);
  }

  /** The same shot in another light. */
  public Shot withLight(Light other) {
    return new Shot(pose, expression, clothing, background, other, camera);
  }

  /** The same shot at another place. */
  public Shot withBackground(Background other) {
    return new Shot(pose, expression, clothing, other, light, camera);
  }

  /** The same shot with another camera. */
  public Shot withCamera(Camera other) {
    return new Shot(pose, expression, clothing, background, light, other);
  }
}
