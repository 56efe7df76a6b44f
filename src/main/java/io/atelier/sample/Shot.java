package io.atelier.sample;

/**
 * What changes from picture to picture of one person: the attributes that have a name, and the
 * numbers behind them.
 *
 * @param face what the face does, in numbers that fit the named expression
 * @param lamp where the light comes from and how it colours
 * @param detail seed of what stands where in the background, and of shades of colours
 */
public record Shot(
    Attributes attributes, Pose pose, Mimic face, Lamp lamp, Camera camera, long detail) {

  /**
   * Where the head is and where it looks.
   *
   * @param turn to the side, radians, positive to picture right; beyond 0.6 the renderer has no
   *     model
   * @param nod radians, positive down
   * @param tilt towards a shoulder, radians, positive clockwise
   * @param scale width of the face over the shorter side of the picture; about 0.36
   * @param x centre of the face, 0 left to 1 right
   * @param y centre of the face, 0 top to 1 bottom
   */
  public record Pose(double turn, double nod, double tilt, double scale, double x, double y) {}

  /**
   * What the face does.
   *
   * @param smile 0 straight to 1 broad
   * @param open 0 closed mouth to 1 wide open
   * @param lids 0 half closed to 1 wide eyes
   * @param brows -1 lowered to 1 raised
   * @param gaze -1 left to 1 right
   */
  public record Mimic(double smile, double open, double lids, double brows, double gaze) {}

  /**
   * Light.
   *
   * @param side where it comes from, -1 picture left to 1 picture right
   * @param contrast 0 soft and even to 1 hard
   * @param warmth -1 blue to 1 orange
   * @param exposure in stops; 0 is right, -3 is nearly black
   */
  public record Lamp(double side, double contrast, double warmth, double exposure) {}

  /**
   * What the camera adds.
   *
   * @param blur standard deviation of the Gaussian, as a share of the shorter side; 0 is in focus
   * @param noise standard deviation of the grain, in 8-bit steps
   * @param vignette 0 none to 1 strong
   */
  public record Camera(double blur, double noise, double vignette) {}

  /** An ordinary photo of a person, drawn from the seed: well lit, in focus. */
  public static Shot of(Person person, long seed) {
    return of(Attributes.of(person, Draws.seed(seed, 0)), Draws.seed(seed, 1));
  }

  /** A photo that a curator accepts, drawn from the seed. */
  public static Shot portrait(Person person, long seed) {
    Attributes drawn = Attributes.of(person, Draws.seed(seed, 0));
    return of(drawn.asPortrait(), Draws.seed(seed, 1));
  }

  /** An ordinary photo with the given attributes; the seed decides what they leave open. */
  public static Shot of(Attributes attributes, long seed) {
    Draws draws = new Draws(seed);
    return new Shot(
        attributes,
        pose(attributes, draws),
        mimic(attributes.expression(), draws),
        lamp(attributes.light(), draws),
        new Camera(0, draws.between(0.5, 2.5), draws.between(0, 0.4)),
        draws.nextSeed());
  }

  private static Pose pose(Attributes attributes, Draws draws) {
    double turn =
        switch (attributes.facing()) {
          case CAMERA -> draws.about(-0.14, 0.14);
          case LEFT -> draws.between(-0.46, -0.3);
          case RIGHT -> draws.between(0.3, 0.46);
        };
    double nod = draws.about(-0.12, 0.14);
    double tilt = draws.about(-0.15, 0.15);
    double x = draws.about(0.42, 0.58);
    return switch (attributes.framing()) {
      case CLOSE_UP ->
          new Pose(turn, nod, tilt, draws.between(0.44, 0.5), x, draws.about(0.43, 0.48));
      case HEAD_AND_SHOULDERS ->
          new Pose(turn, nod, tilt, draws.between(0.33, 0.39), x, draws.about(0.39, 0.44));
      case HALF_LENGTH ->
          new Pose(turn, nod, tilt, draws.between(0.24, 0.28), x, draws.about(0.33, 0.37));
    };
  }

  private static Mimic mimic(Attributes.Expression expression, Draws draws) {
    double gaze = draws.about(-0.4, 0.4);
    return switch (expression) {
      case CALM ->
          new Mimic(draws.between(0, 0.1), 0, draws.about(0.4, 0.7), draws.about(-0.3, 0.2), gaze);
      case SMILING ->
          new Mimic(draws.between(0.75, 1), 0, draws.about(0.4, 0.7), draws.about(0, 0.4), gaze);
      case LAUGHING ->
          new Mimic(
              draws.between(0.75, 1),
              draws.between(0.6, 1),
              draws.about(0.3, 0.6),
              draws.about(0.2, 0.6),
              gaze);
      case SURPRISED -> new Mimic(0, draws.between(0.6, 0.9), 1, draws.between(0.8, 1), gaze);
    };
  }

  private static Lamp lamp(Attributes.Light light, Draws draws) {
    double side = draws.chance(0.5) ? draws.between(-1, -0.4) : draws.between(0.4, 1);
    double exposure = draws.about(-0.2, 0.2);
    return switch (light) {
      case SOFT -> new Lamp(side, draws.between(0, 0.25), draws.about(-0.15, 0.15), exposure);
      case HARD -> new Lamp(side, draws.between(0.85, 1), draws.about(-0.15, 0.15), exposure);
      case WARM -> new Lamp(side, draws.between(0.2, 0.45), draws.between(0.75, 1), exposure);
      case COOL -> new Lamp(side, draws.between(0.2, 0.45), draws.between(-1, -0.75), exposure);
    };
  }

  /** The same shot in another pose. */
  public Shot with(Pose other) {
    return new Shot(attributes, other, face, lamp, camera, detail);
  }

  /** The same shot in another light. */
  public Shot with(Lamp other) {
    return new Shot(attributes, pose, face, other, camera, detail);
  }

  /** The same shot with another camera. */
  public Shot with(Camera other) {
    return new Shot(attributes, pose, face, lamp, other, detail);
  }
}
