package io.atelier.sample;

/**
 * An endless stream of scenes: a pure function of seed, split and index, the same on every machine.
 *
 * <p>Two things are held out of {@link Split#TRAIN}. People: those with ids from {@value
 * #HELD_OUT_FROM} on are in {@link Split#TEST} only. Combinations: one in eight of the triples
 * (garment, colour of the clothes, place) never occurs in the training split, and every test scene
 * shows one of those.
 */
public final class World {
  /** How many people the training split has. */
  public static final int TRAIN_PEOPLE = 20_000;

  /** How many people the test split has. */
  public static final int TEST_PEOPLE = 1_000;

  /** The first id of a person that training never shows. */
  public static final long HELD_OUT_FROM = 1_000_000;

  private static final int HELD_OUT_SHARE = 8;

  private final long seed;
  private final Split split;

  /** What a scene may be used for. */
  public enum Split {
    TRAIN,
    TEST
  }

  /** The scenes of one split. */
  public World(long seed, Split split) {
    this.seed = seed;
    this.split = split;
  }

  /** The scene at an index: somebody of the split, somewhere. */
  public Scene scene(long index) {
    Draws draws = new Draws(Draws.seed(seed, 2 * index + split.ordinal()));
    long id =
        split == Split.TRAIN ? draws.index(TRAIN_PEOPLE) : HELD_OUT_FROM + draws.index(TEST_PEOPLE);
    return sceneOf(id, draws.nextSeed());
  }

  /** A scene with a given person; {@code seed} decides where and how. */
  public Scene sceneOf(long personId, long seed) {
    Person person = person(personId);
    for (int attempt = 0; ; attempt++) {
      long tried = Draws.seed(seed, attempt);
      Attributes attributes = Attributes.of(person, Draws.seed(tried, 0));
      if (isHeldOut(attributes) == (split == Split.TEST)) {
        return new Scene(personId, person, Shot.of(attributes, Draws.seed(tried, 1)), tried);
      }
    }
  }

  /** A scene with a given person and given attributes, whatever the split. */
  public static Scene sceneOf(long personId, Attributes attributes, long seed) {
    return new Scene(personId, person(personId), Shot.of(attributes, Draws.seed(seed, 1)), seed);
  }

  /** The person with an id. */
  public static Person person(long personId) {
    return Person.of(Draws.seed(0x41_7E_11_E5L, personId));
  }

  /** Whether training never shows this combination of garment, its colour and place. */
  public static boolean isHeldOut(Attributes attributes) {
    long triple =
        (attributes.garment().ordinal() * 100L + attributes.clothing().ordinal()) * 100L
            + attributes.place().ordinal();
    return Math.floorMod(Draws.seed(7, triple), HELD_OUT_SHARE) == 0;
  }
}
